const QUEUE = 'shield:ingestion_queue';
const EVENTS = 'shield:events';
const WORKERS = 'lightrag-workers';
const QUEUE_PATH = `/streams/${encodeURIComponent(QUEUE)}`;
const EVENTS_PATH = `/streams/${encodeURIComponent(EVENTS)}`;
const INGESTION = encodeURIComponent('type:ingestion.*');

/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {'quiet' | 'busy' | 'broken'} State */
/** What stands on the stand that is pictured. @typedef {{ jobId: string, entryId: string }} Found */
/**
 * @typedef {object} Shot
 * @property {string} name
 * @property {(found: Found) => string} path
 * @property {(page: Page, state: State) => Promise<unknown>} [ready] waits, or does what is to be seen
 * @property {readonly State[]} [states] default: all
 */

/** @param {Page} page @param {State} state */
async function tailStands(page, state) {
  const connection = page.getByRole('main').getByRole('status').first();
  await connection.getByText(state === 'broken' ? /^Redis away/ : 'live').waitFor();
}

/** @param {Page} page @param {State} state */
async function chartsStand(page, state) {
  if (state !== 'broken') await page.locator('.recharts-surface').first().waitFor();
}

/** Every page, and what opens on one, in the states that change it. @type {readonly Shot[]} */
export const SHOTS = [
  { name: 'overview', path: () => '/' },
  { name: 'live', path: () => '/events', ready: tailStands },
  {
    name: 'live-many',
    path: () => `/events?stream=${encodeURIComponent(QUEUE)}&stream=${encodeURIComponent(EVENTS)}`,
    ready: async (page, state) => {
      await tailStands(page, state);
      await page.getByRole('list', { name: 'Streams shown' }).waitFor();
    },
    states: ['busy'],
  },
  { name: 'stream', path: () => QUEUE_PATH, ready: chartsStand },
  { name: 'group', path: () => `${QUEUE_PATH}/groups/${WORKERS}` },
  {
    name: 'tasks',
    path: () => '/tasks',
    ready: (page) => page.locator('.cm-content').waitFor(),
  },
  { name: 'audit', path: () => '/audit' },
  { name: 'jobs', path: () => '/jobs' },
  { name: 'job', path: ({ jobId }) => `/jobs/${encodeURIComponent(jobId)}` },
  {
    name: 'drawer',
    path: ({ entryId }) => `${EVENTS_PATH}?entry=${entryId}`,
    ready: async (page, state) => {
      await chartsStand(page, state);
      const drawer = page.getByRole('dialog');
      if (state !== 'broken') await drawer.getByRole('region', { name: 'Its job' }).waitFor();
      await drawer.waitFor();
    },
  },
  {
    name: 'search',
    path: () => `${EVENTS_PATH}?search=${INGESTION}#entries`,
    ready: async (page) => {
      await page.getByText(/^Searched: /).waitFor();
      await page.evaluate(() => document.getElementById('entries')?.scrollIntoView());
    },
    states: ['busy'],
  },
  {
    name: 'download',
    path: () => `/events?filter=${INGESTION}`,
    ready: async (page, state) => {
      await tailStands(page, state);
      await page.getByRole('button', { name: 'Download what matches' }).click();
      await page.getByRole('menuitem', { name: 'NDJSON, exact' }).waitFor();
    },
    states: ['busy'],
  },
  {
    name: 'palette',
    path: () => '/',
    ready: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'Go to' }).getByRole('option').first().waitFor();
    },
    states: ['busy'],
  },
];

/** Where people sign in: on a stand of its own. @type {readonly Shot[]} */
export const SIGN_IN_SHOTS = [
  { name: 'sign-in', path: () => '/jobs', states: ['quiet'] },
  {
    name: 'sign-in',
    path: () => '/sign-in?problem=wrong_credentials',
    states: ['broken'],
  },
];

/**
 * A job and an entry of it that show something: the one that is under way and furthest.
 * @param {string} url of the dashboard
 * @returns {Promise<Found>}
 */
export async function findWhatShows(url) {
  const { jobs } = await ask(`${url}/api/jobs?sort=progress&limit=500`);
  const withProgress = jobs.filter(
    (/** @type {any} */ job) => job.state === 'processing' && job.chunks_processed > 0,
  );
  const jobId = (withProgress.at(-1) ?? jobs[0]).job_id;
  const { events } = await ask(`${url}/api/jobs/${encodeURIComponent(jobId)}`);
  return { jobId, entryId: events.entries.at(-1).id };
}

/** @param {string} address @returns {Promise<any>} */
async function ask(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}
