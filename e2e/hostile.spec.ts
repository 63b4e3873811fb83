import { expect, type Page } from '@playwright/test';
import { entryLinks, groupPath, streamPath } from './support/entries';
import { open, test } from './support/fixtures';
import { add, addEvent } from './support/streams';
import { openTail, tailRows } from './support/tail';

const SCRIPT = '<script>alert(1)</script>';
const IMAGE = '<img src=x onerror=alert(1)>';
const OVERRIDE = '\u202Egnp.exe';

/** A page that still answers: what is open closes, its menu opens and closes. */
async function expectResponsive(page: Page) {
  const drawer = page.getByRole('dialog');
  if (await drawer.isVisible()) {
    await drawer.getByRole('button', { name: 'Close' }).click();
    await expect(drawer).toBeHidden();
  }
  await page.getByRole('button', { name: 'Theme' }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeHidden();
}

/** No element of the page came from what Redis holds. */
async function expectNoMarkup(page: Page) {
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  await expect(page.locator('main script, main iframe, main object')).toHaveCount(0);
}

test('markup in every field and name is shown as the text it is', async ({
  page,
  redis,
  uniqueName,
}) => {
  const stream = `evil ${SCRIPT}${IMAGE}`;
  const group = `g ${IMAGE}`;
  const consumer = `c ${SCRIPT}`;
  const id = await add(
    redis,
    stream,
    ...['event_id', SCRIPT, 'type', IMAGE, 'timestamp', '"><script>alert(2)</script>'],
    ...['job_id', `${IMAGE}`, 'data', JSON.stringify({ [IMAGE]: SCRIPT, error: IMAGE })],
    ...['metadata', `{"a":"${'</script>'}<script>alert(3)</script>"}`, `${SCRIPT} name`, IMAGE],
  );
  await redis.command('XGROUP', 'CREATE', stream, group, '0');
  await redis.command('XREADGROUP', 'GROUP', group, consumer, 'STREAMS', stream, '>');
  await redis.command('XCLAIM', stream, group, consumer, 0, id, 'IDLE', 120_000);

  await open(page, '/');
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await expect(attention).toContainText(`${group} is stalled`);
  await expect(attention).toContainText(`${consumer} has held an entry`);
  await expectNoMarkup(page);

  await page.getByRole('table').getByRole('link', { name: stream, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(stream);
  const table = page.getByRole('region', { name: 'Entries', exact: true });
  await expect(table).toContainText(IMAGE);
  await entryLinks(page).click();
  const drawer = page.getByRole('dialog', { name: id });
  await expect(drawer.getByRole('heading', { name: `${SCRIPT} name` })).toBeVisible();
  await expect(drawer).toContainText(`"${IMAGE}": "${SCRIPT}"`);
  await expectNoMarkup(page);

  await openTail(page, `/events?stream=${encodeURIComponent(stream)}&entry=${id}`);
  await expect(tailRows(page)).toContainText(IMAGE);
  await expectNoMarkup(page);
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox').fill(`"${SCRIPT}"`);
  await expect(page).toHaveURL((url) => url.searchParams.get('filter') === `"${SCRIPT}"`);
  await expect(tailRows(page)).toHaveCount(1);
  await expectResponsive(page);

  await open(page, groupPath(stream, group));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(group);
  await expect(page.getByRole('main')).toContainText(consumer);
  await expectNoMarkup(page);

  // A job by its events, and its hash with the text of an error.
  const job = `${uniqueName} ${IMAGE}`;
  await addEvent(redis, { type: 'ingestion.failed', jobId: job, data: { error: SCRIPT } });
  await redis.command(
    ...['HSET', `job:${job}`, 'job_id', job, 'job_type', SCRIPT, 'status', 'failed'],
    ...['error_message', `${IMAGE} it broke`, 'metadata', JSON.stringify({ [IMAGE]: SCRIPT })],
  );
  await open(page, `/jobs/${encodeURIComponent(job)}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(job);
  await expect(page.getByRole('main')).toContainText(`${IMAGE} it broke`);
  await expectNoMarkup(page);

  await open(page, streamPath(`none ${SCRIPT}${IMAGE}`));
  await expect(page.getByRole('main')).toContainText(IMAGE);
  await expectNoMarkup(page);
  await redis.command('DEL', stream, `job:${job}`);
});

test('a newline in a type breaks no framing, and is seen', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  await openTail(page, `/events?stream=${stream}`);
  await add(redis, stream, 'type', 'a\n\ndata: {"forged":true}\nid: 9-9\n\n', 'data', '{}');
  await add(redis, stream, 'type', 'dashboard.reset', 'data', '{}');
  const last = await add(redis, stream, 'type', 'well.formed', 'data', '{}');
  await expect(tailRows(page)).toHaveCount(3);
  await expect(tailRows(page).first()).toContainText('a\\n\\ndata: {"forged":true}\\nid: 9-9');
  await expect(tailRows(page).nth(1)).toContainText('dashboard.reset');
  await expect(tailRows(page).last()).toContainText(last);
  await expect(page.getByText('ids begin again')).toHaveCount(0);
});

test('hidden characters are named where they stand', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const id = await add(redis, stream, 'type', `x${OVERRIDE}`, 'zero\u200Bwidth', 'nul\0l');
  await open(page, streamPath(stream, `?entry=${id}`));
  const drawer = page.getByRole('dialog', { name: id });
  await expect(drawer).toContainText(/x\s*U\+202E\s*gnp\.exe/);
  await expect(drawer).toContainText(/zero\s*U\+200B\s*width/);
  await expect(drawer).toContainText(/nul\s*U\+0000\s*l/);
});

test('names that differ in spaces or hidden characters alone are told apart wherever they stand', async ({
  page,
  redis,
  uniqueName,
}) => {
  const names = ['a b', 'a  b', ' a b', 'a b ', 'a\tb', 'a\nb', 'a\u00a0b', 'a\u200bb'];
  const shown = ['a b', 'a␣␣b', '␣a b', 'a b␣', 'a\\tb', 'a\\nb', 'aU+00A0b', 'aU+200Bb'];
  const [plain = '', double = ''] = [`${uniqueName} x`, `${uniqueName}  x`];
  for (const name of names) {
    await redis.command('XGROUP', 'CREATE', double, name, '$', 'MKSTREAM');
  }
  await add(redis, double, 'type', 'first');
  await add(redis, plain, 'type', 'second');
  await open(page, streamPath(double));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${uniqueName}␣␣x`);
  const groups = page.getByRole('region', { name: 'Consumer groups' });
  const links = groups.locator('td:first-child').getByRole('link');
  await expect
    .poll(async () => (await links.allTextContents()).toSorted())
    .toEqual(shown.toSorted());
  const sidebar = page.getByRole('navigation', { name: 'Places' });
  for (const name of [plain, `${uniqueName}␣␣x`]) {
    await expect(sidebar.getByRole('link', { name })).toBeVisible();
  }
  const both = [plain, double].map((name) => `stream=${encodeURIComponent(name)}`).join('&');
  await openTail(page, `/events?${both}`);
  await expect(tailRows(page)).toHaveCount(2);
  await expect(page.getByLabel('Download from').locator('option')).toHaveText([
    `${uniqueName}␣␣x`,
    plain,
  ]);
  await redis.command('DEL', plain, double);
});

test('bytes that are no text, and MessagePack, are read as what they are and kept', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const binary = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]);
  // {"page": 3, "b": <0xff>}
  const msgpack = Buffer.from('82a470616765 03a162c401ff'.replace(' ', ''), 'hex');
  const id = await add(
    redis,
    stream,
    'type',
    'bytes',
    'data',
    msgpack,
    'metadata',
    binary,
    binary,
    'n',
  );
  await open(page, streamPath(stream, `?entry=${id}`));
  const drawer = page.getByRole('dialog', { name: id });
  await expect(drawer).toContainText(/ as MessagePack, because/);
  await expect(drawer).toContainText('"page": 3');
  await expect(drawer).toContainText(/ as bytes, because/);
  await expect(drawer).toContainText('ff fe 00 80 c3 28');
  await drawer
    .getByRole('group', { name: 'How to show data', exact: true })
    .getByText('Raw')
    .click();
  await expect(drawer).toContainText('82 a4 70 61 67 65 03 a1 62 c4 01 ff');
  await openTail(page, `/events?stream=${stream}`);
  await expect(tailRows(page)).toContainText('page 3');
});

test('a value of 5 MB is cut, said to be, and shown whole when asked', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const big = `${'0123456789abcde\n'.repeat(320_000)}the very end`;
  await openTail(page, `/events?stream=${stream}`);
  const id = await add(redis, stream, 'type', 'big', 'data', big);
  await expect(tailRows(page)).toContainText('open it to see it');
  await expectResponsive(page);
  await open(page, streamPath(stream));
  await entryLinks(page).click();
  const drawer = page.getByRole('dialog', { name: id });
  await expect(drawer).toContainText(/The first .* of .* are shown\./);
  await drawer.getByRole('button', { name: 'Load all' }).click();
  await expect(drawer.getByText(/^The first .* are shown/)).toBeHidden();
  const text = drawer.getByRole('region', { name: 'Value as text' });
  await text.focus();
  await page.keyboard.press('End');
  await expect(text).toContainText('the very end');
  await drawer
    .getByRole('group', { name: 'How to show data', exact: true })
    .getByText('Raw')
    .click();
  await expect(drawer).toContainText('30 31 32 33');
  await expectResponsive(page);
});

test('JSON ten thousand deep, and an object with hostile keys', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const id = await add(redis, stream, 'type', 'deep', 'data', deep, 'metadata', `{"a":${deep}}`);
  const other = await add(
    redis,
    stream,
    ...['type', 'keys', 'data', '{"__proto__":{"polluted":1},"constructor":2,"id":"x","":3}'],
    ...['job_id', '{"not":"a string"}', 'metadata', '{"a":1e400,"b":12345678901234567890}'],
  );
  await openTail(page, `/events?stream=${stream}`);
  await expect(tailRows(page)).toHaveCount(2);
  await open(page, streamPath(stream, `?entry=${id}`));
  await expect(page.getByRole('dialog', { name: id })).toContainText('nested deeper than');
  await expectResponsive(page);
  await open(page, streamPath(stream, `?entry=${other}`));
  const drawer = page.getByRole('dialog', { name: other });
  await expect(drawer).toContainText('"__proto__"');
  await expect(drawer).toContainText('12345678901234567890');
  await expect(drawer).toContainText('1e400');
});

test('an entry of many fields, and one whose names are empty or alike', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  const fields = Array.from({ length: 200 }, (_, n) => [`f${n}`, `v${n}`]).flat();
  const many = await add(redis, stream, ...fields);
  const alike = await add(redis, stream, 'a', '1', 'a', '2', '', '', 'long', 'x'.repeat(10_000));
  await open(page, streamPath(stream, `?entry=${many}`));
  const ofMany = page.getByRole('dialog', { name: many });
  await expect(ofMany.getByRole('heading', { name: '200 fields' })).toBeVisible();
  await expect(ofMany.getByRole('heading', { level: 4 }).first()).toHaveText('f0');
  await expectResponsive(page);
  await open(page, streamPath(stream, `?entry=${alike}`));
  const drawer = page.getByRole('dialog', { name: alike });
  await expect(drawer.getByRole('heading', { level: 4 })).toHaveText([
    'a',
    'a',
    '(no name)',
    'long',
  ]);
  // What is long runs on inside, not off the page.
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(1440);
});
