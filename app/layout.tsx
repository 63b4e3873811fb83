import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { readActor } from '@/app/enter-page';
import { TaskStreamProvider } from '@/components/entry/task-stream';
import { AppShell } from '@/components/shell/app-shell';
import { pageTitle } from '@/lib/model/environment';
import { parseTheme, THEME_COOKIE } from '@/lib/model/theme';
import { parseTimes, TIMES_COOKIE } from '@/lib/model/time-display';
import { getRuntime } from '@/lib/runtime';

export const dynamic = 'force-dynamic';

export function generateMetadata(): Metadata {
  const { environment } = getRuntime().config;
  return {
    title: { default: pageTitle(environment, null), template: pageTitle(environment, '%s') },
    description: 'The real-time operations console for Redis Streams',
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9fbfc' },
    { media: '(prefers-color-scheme: dark)', color: '#0d1114' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const kept = await cookies();
  const theme = parseTheme(kept.get(THEME_COOKIE)?.value);
  const times = parseTimes(kept.get(TIMES_COOKIE)?.value);
  const runtime = getRuntime();
  const { access, config } = runtime;
  const { environment } = config;
  const actor = await readActor();
  const shell = actor && {
    first: { snapshot: await runtime.standing.snapshotFor(actor), renderedAtMs: Date.now() },
    visitor: access.visitorOf(actor),
  };
  const sees = actor && access.sees(actor);
  const taskStream = !sees || sees(config.taskStream) ? config.taskStream : '';
  return (
    <html
      lang="en"
      data-theme={theme === 'system' ? undefined : theme}
      data-environment={environment?.colour}
    >
      <body>
        {shell ? (
          <AppShell {...shell} environment={environment} theme={theme} times={times}>
            <TaskStreamProvider value={taskStream}>{children}</TaskStreamProvider>
          </AppShell>
        ) : (
          // Who is not signed in is told nothing of Redis.
          children
        )}
      </body>
    </html>
  );
}
