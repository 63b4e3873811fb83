import { test as base, type ConsoleMessage, expect, type Page, type Route } from '@playwright/test';
import { type DashboardProcess, startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { type RedisServer, startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { SecretWatch } from './secret-watch';
import { makeContractGroups } from './streams';

/** A Redis and a dashboard on it. */
export interface Stand {
  redis: RedisServer;
  dashboard: DashboardProcess;
}

interface StandOptions {
  /** Runs on the new Redis before the dashboard starts. */
  prepare?: (redis: RedisServer) => Promise<unknown>;
  /** Further variables of the dashboard. */
  env?: Record<string, string>;
  redisUrl?: (redis: RedisServer) => string;
  redisArgs?: string[];
  /** What may stand in no answer and no log, besides the password of Redis. */
  secrets?: string[];
}

interface TestFixtures {
  /** What a test that takes something away expects the browser to say about it. */
  expectedConsole: RegExp[];
  /** A page of a browser that runs no script. */
  scriptless: Page;
  /** A Redis and a dashboard of this test's own, to be broken. */
  startStand: (options?: StandOptions) => Promise<Stand>;
  /** A name no other test uses. Keys that begin with it are deleted after the test. */
  uniqueName: string;
}

interface WorkerFixtures {
  stand: Stand;
  redis: RedisServer;
  dashboard: DashboardProcess;
}

/** What the browser says when a request finds no server, or one that answers 5xx. */
export const REQUESTS_FAIL = /^Failed to load resource: /;

/** Of all stands of this worker. */
const secrets = new SecretWatch();

async function newStand(options: StandOptions = {}): Promise<Stand> {
  const { prepare, env, redisUrl, redisArgs } = options;
  const redis = await startRedisServer(redisArgs ? { args: redisArgs } : {});
  secrets.add(redis.password, ...(options.secrets ?? []));
  try {
    await prepare?.(redis);
    const url = redisUrl?.(redis) ?? redis.url;
    const dashboard = await startDashboard({ redisUrl: url, ...(env ? { env } : {}) });
    return { redis, dashboard };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

async function endStand({ redis, dashboard }: Stand) {
  await dashboard.kill();
  await redis.stop();
  expect(secrets.find('the log', dashboard.logs()), 'secrets in the log').toEqual([]);
}

/** Notes everything that may not happen on any page: complaints, breaches of the CSP, dialogs. */
async function watch(page: Page, problems: string[], expected: RegExp[]) {
  const note = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) problems.push(text);
  };
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warning', 'assert'].includes(message.type()))
      note(`${message.text()} ${message.location().url}`.trim());
  });
  page.on('pageerror', (error) => note(`Uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    note(`Dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(
        `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
}

/** Chromium runs no script where Playwright says so, but parses noscript as if it did. */
async function asWithoutScripts(route: Route) {
  if (route.request().resourceType() !== 'document') return route.continue();
  const response = await route.fetch({ maxRedirects: 0 });
  const html = await response.text();
  await route.fulfill({ response, body: html.replaceAll(/(<\/?)noscript>/g, '$1div>') });
}

let names = 0;

export const test = base.extend<TestFixtures, WorkerFixtures>({
  // Neither the browser's zone nor its language may change what a page says.
  timezoneId: 'Asia/Kolkata',
  locale: 'de-DE',
  viewport: { width: 1440, height: 900 },
  actionTimeout: 20_000,

  stand: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of this pattern
    async ({}, use) => {
      const stand = await newStand({ prepare: makeContractGroups });
      await use(stand);
      await endStand(stand);
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  redis: [({ stand }, use) => use(stand.redis), { scope: 'worker' }],
  dashboard: [({ stand }, use) => use(stand.dashboard), { scope: 'worker' }],
  baseURL: ({ dashboard }, use) => use(dashboard.url),

  expectedConsole: [[], { option: true }],
  // The name is taken before the page is opened: what is called so goes after the page.
  context: async ({ context, expectedConsole, uniqueName: _name }, use) => {
    const problems: string[] = [];
    context.on('page', (page) => void watch(page, problems, expectedConsole));
    const secretsInAnswers = secrets.follow(context);
    await use(context);
    expect(await secretsInAnswers(), 'secrets in what the browser was sent').toEqual([]);
    expect(problems, 'what the browser complained of').toEqual([]);
  },
  scriptless: async ({ browser, baseURL }, use) => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
    await context.route('**', asWithoutScripts);
    await use(await context.newPage());
    await context.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of this pattern
  startStand: async ({}, use) => {
    const stands: Stand[] = [];
    await use(async (options) => {
      const stand = await newStand({ prepare: makeContractGroups, ...options });
      stands.push(stand);
      return stand;
    });
    await Promise.all(stands.map(endStand));
  },
  uniqueName: async ({ redis }, use, { workerIndex }) => {
    names += 1;
    const name = `e2e:${workerIndex}:${names}`;
    await use(name);
    // What stays is drawn, sampled and sent for every later test, and fills pages of its own.
    const made = await redis.command('KEYS', `${name}*`);
    if (Array.isArray(made) && made.length > 0) await redis.command('DEL', ...made.map(String));
  },
});

/** Opens a page and waits until its scripts have taken over. */
export async function open(page: Page, url: string) {
  await page.goto(url);
  await expectAlive(page);
}

/** The page's scripts run: the mark in its head says so. */
export async function expectAlive(page: Page, options: { timeout?: number } = {}) {
  await expect(page.getByRole('banner').getByText('live', { exact: true })).toBeVisible(options);
}
