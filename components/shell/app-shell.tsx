import type { ReactNode } from 'react';
import { type FirstSnapshot, SnapshotProvider } from '@/lib/browser/snapshot-provider';
import { VisitorProvider } from '@/lib/browser/visitor';
import type { Environment } from '@/lib/model/environment';
import type { Theme } from '@/lib/model/theme';
import type { TimeDisplay } from '@/lib/model/time-display';
import type { Visitor } from '@/lib/model/visitor';
import { BottomNav } from './bottom-nav';
import { EnvironmentFrame } from './environment-band';
import { SideNav } from './side-nav';
import { StateBanner } from './state-banner';
import { TimesProvider } from './times-provider';
import { TopBar } from './top-bar';

interface Props {
  first: FirstSnapshot;
  environment: Environment | null;
  theme: Theme;
  times: TimeDisplay;
  visitor: Visitor;
  children: ReactNode;
}

/** What stands around every page: places at the left, states above, trouble under them. */
export function AppShell({ first, environment, theme, times, visitor, children }: Props) {
  return (
    <VisitorProvider value={visitor}>
      <TimesProvider initial={times} renderedAtMs={first.renderedAtMs}>
        <SnapshotProvider first={first}>
          <a
            href="#main"
            className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 text-13 font-medium text-on-accent focus:translate-y-0"
          >
            Skip to the page
          </a>
          <TopBar environment={environment} theme={theme} />
          <SideNav />
          <div className="pt-(--head-height) pb-20 lg:pb-12 lg:pl-56">
            <StateBanner />
            <main id="main" tabIndex={-1} className="max-w-[110rem] px-4 py-5 lg:px-6">
              {children}
            </main>
          </div>
          <BottomNav />
          {environment && <EnvironmentFrame environment={environment} />}
        </SnapshotProvider>
      </TimesProvider>
    </VisitorProvider>
  );
}
