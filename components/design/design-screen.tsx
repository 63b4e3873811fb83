'use client';

import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { StateMark } from '@/components/ui/state-mark';
import { ControlSpecimens } from './control-specimens';
import { StateSpecimens } from './state-specimens';
import { TextSpecimens } from './text-specimens';
import { TokenSpecimens } from './token-specimens';

const THEMES = ['light', 'dark'] as const;

/** Every primitive in every state, from the components the pages use, in both themes side by side. */
export function DesignScreen() {
  return (
    <>
      <PageHeader
        title="Design"
        parents={[{ label: 'Overview', href: '/' }]}
        aside={<StateMark tone="info">development only</StateMark>}
        actions={<Button icon={<Download aria-hidden />}>An action</Button>}
      >
        Every primitive in every state, light and dark. Menus and panels open in the page’s own
        theme.
      </PageHeader>
      <div className="grid gap-4 xl:grid-cols-2">
        {THEMES.map((theme) => (
          <section
            key={theme}
            aria-label={`In ${theme}`}
            className="min-w-0 rounded-md border bg-canvas p-4 text-ink"
            style={{ colorScheme: theme }}
          >
            <TokenSpecimens />
            <ControlSpecimens theme={theme} />
            <StateSpecimens />
            <TextSpecimens />
          </section>
        ))}
      </div>
    </>
  );
}
