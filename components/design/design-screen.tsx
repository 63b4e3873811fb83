'use client';

import { Download } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { StateMark } from '@/components/ui/state-mark';
import { ControlSpecimens } from './control-specimens';
import { StateSpecimens } from './state-specimens';
import { TextSpecimens } from './text-specimens';
import { TokenSpecimens } from './token-specimens';

/** Every primitive in every state, from the components the pages use, as the theme has them. */
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
      <TokenSpecimens />
      <ControlSpecimens />
      <StateSpecimens />
      <TextSpecimens />
    </>
  );
}
