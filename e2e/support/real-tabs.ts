import {
  type BrowserContext,
  type BrowserType,
  expect,
  type LaunchOptions,
  type Page,
} from '@playwright/test';
import { freePort } from '@/scripts/setup/free-port.mjs';

/** Tabs of one window: all but the one in front are hidden, as they are for a person. */
export interface RealTabs {
  context: BrowserContext;
  /** Stops a tab's scripts and timers, as a browser does with one that is long out of sight. */
  freeze: (page: Page) => Promise<void>;
  thaw: (page: Page) => Promise<void>;
  close: () => Promise<void>;
}

/** Playwright's own pages all believe to be in front: these do not. */
export async function openRealTabs(
  chromium: BrowserType,
  options: LaunchOptions,
): Promise<RealTabs> {
  const port = await freePort();
  const browser = await chromium.launch({
    ...options,
    args: [...(options.args ?? []), '--window-size=1440,900', `--remote-debugging-port=${port}`],
  });
  const window = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  const [context] = window.contexts();
  if (!context) throw new Error('The browser has no window.');
  const setState = async (page: Page, state: 'frozen' | 'active') => {
    const session = await context.newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state });
    await session.detach();
  };
  return {
    context,
    freeze: (page) => setState(page, 'frozen'),
    thaw: (page) => setState(page, 'active'),
    close: async () => {
      await window.close();
      await browser.close();
    },
  };
}

export async function expectHidden(page: Page, isHidden: boolean) {
  await expect.poll(() => page.evaluate(() => document.hidden)).toBe(isHidden);
}
