import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { open, test } from './support/fixtures';
import { add, addEvent, QUEUE, readGroup } from './support/streams';

const jobRows = (page: Page) =>
  page.getByRole('table').getByRole('rowgroup').last().getByRole('row');
const timeline = (page: Page) =>
  page.getByRole('list', { name: 'Events of the job, oldest first' });

test('jobs are listed with problems first, kept up to date, and lead to a timeline and back', async ({
  page,
  redis,
  uniqueName,
}) => {
  const going = `${uniqueName}-going`;
  const broken = `${uniqueName}-broken`;
  const event = (type: string, jobId: string, data: object = {}) =>
    addEvent(redis, { type: `ingestion.${type}`, jobId, data });
  const progress = (done: number) =>
    event('progress', going, { chunks_processed: done, chunks_total: 3 });
  await event('failed', broken, { error: 'LLM timeout after 300 s' });
  const queuedId = await event('queued', going, { chunks_total: 3 });
  const startedId = await event('started', going);
  await progress(1);

  await open(page, '/');
  await page
    .getByRole('navigation', { name: 'Places' })
    .getByRole('link', { name: 'Jobs' })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jobs');
  await page.getByRole('searchbox').fill(uniqueName);
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/\?q=/);
  await expect(jobRows(page)).toHaveCount(2);
  await expect(jobRows(page).nth(0)).toContainText('LLM timeout after 300 s');
  await expect(jobRows(page).nth(1)).toContainText('1 of 3');
  await progress(2);
  await expect(jobRows(page).nth(1)).toContainText('2 of 3');
  await page.getByRole('navigation', { name: 'Jobs by state' }).getByText('Failed').click();
  await expect(page).toHaveURL(/state=failed/);
  await expect(jobRows(page)).toHaveCount(1);
  await expectAccessible(page, 'the list of jobs');
  await page.goBack();
  await expect(jobRows(page)).toHaveCount(2);

  // Its tasks, one of them in somebody's hands.
  const task = ['job_id', going, 'chunk_id', 'c-3', 'content', 'text'];
  const group = `${uniqueName}-workers`;
  await redis.command('XGROUP', 'CREATE', QUEUE, group, '$', 'MKSTREAM');
  const taskId = await add(redis, QUEUE, ...task);
  await readGroup(redis, QUEUE, group, { ack: false });
  await page.getByRole('table').getByRole('link', { name: going }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(going);
  const steps = timeline(page).getByRole('listitem');
  await expect(steps).toHaveCount(4);
  await expect(steps.first()).toContainText('ingestion.queued');
  const tasks = page.getByRole('region', { name: 'Tasks in the queue' });
  await expect(tasks.getByRole('row').filter({ hasText: taskId })).toContainText('reader-1');
  await event('completed', going, { chunks_processed: 3, chunks_total: 3 });
  await expect(steps).toHaveCount(5);
  await expect(page.getByText('Completed', { exact: true })).toBeVisible();

  // How it went over time, drawn and to be read.
  const curve = page.getByRole('region', { name: 'Progress over time', exact: true });
  await expect(
    curve.getByRole('img', { name: /^Progress over time: 3 of 3 chunks/ }),
  ).toBeVisible();
  await curve.getByText('As a table').click();
  await expect(curve.getByRole('row').locator('td:last-child')).toHaveText([
    ...['0 %', '33 %', '66 %', '100 %'],
  ]);

  // From the timeline to an entry, through its events, and from any entry to its job.
  await steps.first().getByRole('link').click();
  const drawer = page.getByRole('dialog', { name: queuedId });
  await expect(drawer).toContainText('ingestion.queued');
  await drawer.getByRole('button', { name: 'Show its events' }).click();
  await expect(
    drawer.getByRole('list', { name: /^Events of the job/ }).getByRole('listitem'),
  ).toHaveCount(5);
  await expectAccessible(page, 'one job, and the drawer of an entry');
  await page.keyboard.press('j');
  await expect(page.getByRole('dialog', { name: startedId })).toContainText('ingestion.started');
  await page.keyboard.press('Escape');
  await open(page, `/streams/${encodeURIComponent(QUEUE)}?entry=${taskId}`);
  const strip = page.getByRole('dialog').getByRole('region', { name: 'Its job' });
  await expect(strip).toContainText('Completed');
  await strip.getByRole('link', { name: going }).click();
  await expect(steps).toHaveCount(5);
  await redis.command('XGROUP', 'DESTROY', QUEUE, group);
  await redis.command('XDEL', QUEUE, taskId);
});
