import { type BrowserContext, test as base, expect, type Page, type Route } from '@playwright/test';
import { type DashboardProcess, startDashboard } from '@/scripts/setup/dashboard-process.mjs';
import { type RedisServer, startRedisServer } from '@/scripts/setup/redis-server.mjs';
import { ContextWatch } from './context-watch';
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

/** What watches every browser context of a test. */
interface Watch {
  /** What may stand in no answer and no log of this worker, from now on. */
  secrets: SecretWatch;
  /** Of another browser than the tests' own, whose contexts are followed without asking. */
  follow: (context: BrowserContext) => void;
  /** Resolves when all pages there are by now are watched in full. */
  ready: () => Promise<unknown>;
  findings: () => Promise<string[]>;
  /** Fails for what was found. To be called before a context is closed, which loses what it is to look through. */
  expectNothing: () => Promise<void>;
  /** The same at a test's end: what pages say while their servers are taken away is not of the test. */
  end: () => Promise<void>;
  /** Lets pass what was found so far: the test planted it. */
  forget: () => void;
}

interface TestFixtures {
  /** What a test that takes something away expects the browser to say about it. */
  expectedConsole: RegExp[];
  /** A page of a browser that runs no script. */
  scriptless: Page;
  /** A Redis and a dashboard of this test's own, to be broken. */
  startStand: (options?: StandOptions) => Promise<Stand>;
  watch: Watch;
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
  watch: [
    async ({ browser, expectedConsole }, use) => {
      const watches: ContextWatch[] = [];
      const follow = (context: BrowserContext) =>
        void watches.push(new ContextWatch(context, secrets, expectedConsole));
      const findings = async () =>
        (await Promise.all(watches.map((watch) => watch.findings()))).flat();
      const expectNothing = async () =>
        expect(await findings(), 'complaints of the browser, and secrets it was sent').toEqual([]);
      const end = async () => {
        await expectNothing();
        watches.length = 0;
      };
      browser.on('context', follow);
      const ready = () => Promise.all(watches.map((watch) => watch.ready()));
      const forget = () => {
        for (const watch of watches) watch.forget();
      };
      await use({ secrets, follow, ready, findings, expectNothing, end, forget });
      browser.off('context', follow);
      await expectNothing();
    },
    { auto: true },
  ],
  // The name is taken before the page is opened: what is called so goes after the page.
  context: async ({ context, watch, uniqueName: _name }, use) => {
    await use(context);
    await watch.end();
  },
  page: async ({ page, watch }, use) => {
    await watch.ready();
    await use(page);
  },
  scriptless: async ({ browser, baseURL, watch }, use) => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
    await context.route('**', asWithoutScripts);
    await use(await context.newPage());
    await watch.end();
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
