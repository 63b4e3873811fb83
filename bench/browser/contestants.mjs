/** @typedef {import('@playwright/test').Page} Page */

/** Rows that either keeps. */
const ROWS_MAX = 10_000;

/**
 * @typedef {object} Ledger
 * @property {number} received
 * @property {number} shown
 * @property {number} letGo
 * @property {number} skipped
 */

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {(page: Page, base: string, stream: string) => Promise<void>} open resolves once live
 * @property {(page: Page) => Promise<Ledger>} ledger
 * @property {(page: Page) => Promise<string>} lastId the entry of the last row
 */

/** @type {Contestant} */
export const TAIL = {
  name: 'tail',
  async open(page, base, stream) {
    await page.goto(`${base}/events?stream=${encodeURIComponent(stream)}`);
    const state = page.getByRole('main').getByRole('status').first();
    await state.filter({ hasText: /^live$/ }).waitFor();
  },
  async ledger(page) {
    const text = (await page.locator('main footer').textContent()) ?? '';
    const figure = (/** @type {string} */ name) =>
      Number(new RegExp(`${name} ([\\d,]+)`).exec(text)?.[1]?.replaceAll(',', '') ?? 0);
    return {
      received: figure('received'),
      shown: figure('shown'),
      letGo: figure('let go'),
      skipped: figure('skipped'),
    };
  },
  async lastId(page) {
    const href = (await page.locator('a[data-row]').last().getAttribute('href')) ?? '';
    return new URLSearchParams(href.split('?')[1]).get('entry') ?? '';
  },
};

/**
 * What people write: a row of plain DOM for each event as it comes, the oldest taken away, the end
 * scrolled into sight once a frame (for each event, a page of 10,000 rows stands still for minutes).
 */
const PLAIN_PAGE = `<!doctype html><meta charset="utf-8"><title>plain</title>
<style>body { margin: 0; font: 13px sans-serif } #rows { height: 100vh; overflow: auto } p { margin: 0; line-height: 28px; white-space: nowrap }</style>
<div id="rows"></div>
<script>
const rows = document.getElementById('rows');
const ledger = { received: 0, shown: 0, letGo: 0, skipped: 0 };
let lastId = '';
let isLive = false;
let isAsked = false;
const source = new EventSource('/events/stream' + location.search);
source.onopen = () => { isLive = true; };
source.addEventListener('ingestion.progress', (event) => {
  const { job_id, timestamp, event_id, ...data } = JSON.parse(event.data);
  const row = document.createElement('p');
  const parts = Object.entries(data).map(([name, value]) => name + ' ' + value).join(' ');
  row.textContent = [timestamp, event.type, job_id, parts, event.lastEventId].join(' ');
  rows.append(row);
  ledger.received++;
  ledger.shown++;
  lastId = event.lastEventId;
  if (ledger.shown > ${ROWS_MAX}) { rows.firstChild.remove(); ledger.shown--; ledger.letGo++; }
  if (!isAsked) requestAnimationFrame(() => { isAsked = false; rows.scrollTop = rows.scrollHeight; });
  isAsked = true;
});
</script>`;

/** @type {Contestant} */
export const PLAIN = {
  name: 'plain list',
  async open(page, base, stream) {
    await page.route('**/plain?*', (route) =>
      route.fulfill({ contentType: 'text/html', body: PLAIN_PAGE }),
    );
    await page.goto(`${base}/plain?stream=${encodeURIComponent(stream)}`);
    await page.waitForFunction('isLive');
  },
  ledger: (page) => page.evaluate('ledger'),
  lastId: (page) => page.evaluate('lastId'),
};
