import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './support/accessible';
import { groupPath, streamPath } from './support/entries';
import { expectAlive, open, REQUESTS_FAIL, type Stand, test } from './support/fixtures';
import { add, addEvent, addMany, EVENTS, QUEUE, readGroup } from './support/streams';
import { openTail } from './support/tail';

/** Every kind of trouble at once. */
async function makeBusy({ redis }: Stand): Promise<string> {
  const held = await add(redis, QUEUE, 'job_id', 'held', 'content', 'x'.repeat(2000));
  await readGroup(redis, QUEUE, 'lightrag-workers', { consumer: 'worker-2', ack: false });
  await redis.command(
    ...['XCLAIM', QUEUE, 'lightrag-workers', 'worker-2', 0, held, 'IDLE', 400_000],
  );
  const ids = await addMany(redis, EVENTS, 12);
  await readGroup(redis, EVENTS, 'ag-ui-frontend', { count: 5 });
  await redis.command('XDEL', EVENTS, ids[8] ?? '');
  return addEvent(redis, {
    type: 'ingestion.failed',
    jobId: '7f3a2b5c-0000-4000-8000-123456789abc',
    data: { error: `LLM timeout ${'after a long time '.repeat(20)}` },
  });
}

test.describe('axe finds nothing, at 1440 and 390 px, light and dark, busy and with Redis away', () => {
  test.use({ expectedConsole: [REQUESTS_FAIL] });

  // Two tests for two workers; the pages of one share a stand, whose Redis goes and comes.
  for (const pages of [
    [
      { name: 'Overview', path: () => '/' },
      { name: 'a stream', path: () => streamPath(EVENTS) },
      { name: 'a group', path: () => groupPath(QUEUE, 'lightrag-workers') },
    ],
    [
      { name: 'Live', path: () => '/events' },
      {
        name: 'consumers of a group',
        path: () => groupPath(QUEUE, 'lightrag-workers', '?tab=consumers'),
      },
      { name: 'an entry', path: (id: string) => streamPath(EVENTS, `?entry=${id}`) },
      { name: 'Enqueue', path: () => '/tasks' },
    ],
  ]) {
    test(pages.map(({ name }) => name).join(', '), async ({ page, startStand }) => {
      test.slow();
      const stand = await startStand({
        env: { ENVIRONMENT_NAME: 'Production' },
        redisArgs: ['--appendonly', 'yes', '--appendfsync', 'always'],
      });
      const id = await makeBusy(stand);
      const away = page.getByText(/^Redis has not answered since .* UTC\.$/);
      for (const { name, path } of pages) {
        await open(page, stand.dashboard.url + path(id));
        if (name === 'Enqueue') await page.getByRole('button', { name: 'Enqueue task' }).click();
        await expectAccessible(page, `${name}, busy`);
        await stand.redis.kill();
        await expect(away).toBeVisible();
        await expectAccessible(page, `${name}, Redis away`);
        await stand.redis.restart();
        await expect(away).toBeHidden();
      }
    });
  }
});

test.describe('theme', () => {
  test('a choice is shown at once and is in the first HTML of the next page', async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await open(page, '/');
    const background = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Theme' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
    const dark = await background();
    expect(dark).not.toBe(light);

    const answer = await page.reload();
    expect(await answer?.text()).toMatch(/<html[^>]* data-theme="dark"/);
    expect(await background()).toBe(dark);
    await expectAlive(page);
    await page.getByRole('button', { name: 'Theme' }).click();
    await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeChecked();
    await page.getByRole('menuitemradio', { name: 'As the device' }).click();
    await expect(page.locator('html')).not.toHaveAttribute('data-theme', /./);
    await expect.poll(background).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background).toBe(dark);
  });
});

test.describe('keyboard', () => {
  /** What Tab reaches, in order, until it is back at the start; each must show that it has it. */
  async function tabThrough(page: Page): Promise<string[]> {
    const reached: string[] = [];
    for (let presses = 0; presses < 150; presses += 1) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate(describeFocus);
      if (focus === null || focus.seen) return reached;
      expect(focus.shown, `${focus.name} shows its focus`).toBe(true);
      reached.push(focus.name);
    }
    throw new Error('Tab does not come to an end');
  }

  /** Runs in the page. Null where nothing has the focus. */
  function describeFocus() {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body) return null;
    const seen = element.hasAttribute('data-tabbed');
    element.setAttribute('data-tabbed', '');
    const hasOutline = (candidate: Element) => {
      const style = getComputedStyle(candidate);
      return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
    };
    const around = [element, element.parentElement, element.closest('[class*=focus-within]')];
    const box = element.getBoundingClientRect();
    const isThere = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0;
    const name =
      element.getAttribute('aria-label') ??
      (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        ? element.name
        : (element.textContent ?? ''));
    return {
      name: name.trim(),
      seen,
      shown: isThere && around.some((candidate) => candidate && hasOutline(candidate)),
    };
  }

  /** What can be pressed, typed into or scrolled by key, and was not reached. */
  function findMissed(page: Page): Promise<string[]> {
    return page.evaluate(() => {
      const all = document.querySelectorAll<HTMLElement>(
        'a[href], button, input, select, textarea, summary, [contenteditable="true"], [tabindex="0"]',
      );
      return [...all]
        .filter((element) => element.tabIndex >= 0 && !element.hasAttribute('disabled'))
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .filter((element) => !element.hasAttribute('data-tabbed'))
        .map((element) => element.outerHTML.slice(0, 200));
    });
  }

  for (const { name, path } of [
    { name: 'Overview', path: '/' },
    { name: 'Live', path: '/events' },
    { name: 'a group', path: groupPath(EVENTS, 'power-ui-frontend') },
    { name: 'Enqueue', path: '/tasks' },
  ]) {
    test(`Tab reaches everything on ${name}, and each shows its focus`, async ({ page, redis }) => {
      await addMany(redis, EVENTS, 2);
      if (name === 'Live') await openTail(page, path);
      else await open(page, path);
      // What the two entries bring to the page is there before it is walked through.
      if (name === 'Overview') {
        const attention = page.getByRole('region', { name: 'Needs attention' });
        await expect(attention).toContainText('power-ui-frontend has nobody reading');
      }
      if (name === 'a group') {
        const waiting = Number(await redis.command('XLEN', EVENTS)).toLocaleString('en-US');
        const lag = page.locator('main dl').first().locator('div').filter({ hasText: /^Lag/ });
        await expect(lag).toContainText(waiting);
        const diagnosis = page.getByRole('region', { name: 'Diagnosis' });
        await expect(diagnosis).toContainText(/nobody reading/i);
      }
      if (name === 'Enqueue') await expect(page.locator('[contenteditable="true"]')).toBeVisible();
      const reached = await tabThrough(page);
      expect(reached[0]).toBe('Skip to the page');
      expect(await findMissed(page)).toEqual([]);
    });
  }

  test('the skip link leads past the head to the page', async ({ page }) => {
    await open(page, '/');
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the page' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('main').locator(':focus')).toHaveCount(1);
  });

  test('a row of the tail is opened, left and walked by keys alone', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const ids = await addMany(redis, stream, 3);
    await openTail(page, `/events?stream=${stream}`);
    const rows = page.getByRole('region', { name: /^Entries of / });
    await rows.getByRole('link').last().focus();
    await page.keyboard.press('ArrowUp');
    await expect(rows.locator(':focus')).toContainText(ids[1] ?? '');
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: ids[1] ?? '' });
    await expect(drawer).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden();
    await expect(rows.locator(':focus')).toContainText(ids[1] ?? '');
    await page.keyboard.press('End');
    await expect(rows).toBeFocused();
    await expect(page.getByRole('button', { name: /^Pause/ })).toBeVisible();
  });
});
