import { expect } from '@playwright/test';
import { entryLinks, pager, streamPath } from './support/entries';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { add, addEvent, addMany, EVENTS, range } from './support/streams';

test.describe('entries', () => {
  test('stand newest first, and links lead to older and newer ones, without any script', async ({
    redis,
    scriptless: page,
    uniqueName: stream,
  }) => {
    const newestFirst = (await addMany(redis, stream, 120)).reverse();
    await page.goto(streamPath(stream));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(stream);
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(0, 50));
    await pager(page).getByRole('link', { name: 'Older' }).click();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(50, 100));
    await pager(page).getByRole('link', { name: 'Older' }).click();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(100));
    await expect(pager(page).getByRole('link', { name: 'Older' })).toHaveCount(0);
    await pager(page).getByRole('link', { name: 'Newer' }).click();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(50, 100));
    await pager(page).getByRole('link', { name: 'Newest' }).click();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(0, 50));
    await pager(page).getByRole('link', { name: 'Oldest' }).click();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(70));
  });

  test('are paged with scripts alike, and back goes back', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const newestFirst = (await addMany(redis, stream, 60)).reverse();
    await open(page, streamPath(stream));
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(0, 50));
    await pager(page).getByRole('link', { name: 'Older' }).click();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(50));
    await page.goBack();
    await expect(entryLinks(page)).toHaveText(newestFirst.slice(0, 50));
  });

  test('that come meanwhile move nothing until they are asked for', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const ids = await addMany(redis, stream, 3);
    await open(page, streamPath(stream));
    await expect(entryLinks(page)).toHaveText(ids.toReversed());
    const [added = ''] = await addMany(redis, stream, 1);
    const news = page.getByRole('button', { name: 'Newer entries have come' });
    await expect(news).toBeVisible();
    await expect(entryLinks(page)).toHaveCount(3);
    await news.click();
    await expect(entryLinks(page).first()).toHaveText(added);
    await expect(entryLinks(page)).toHaveCount(4);
  });

  test('by time, in UTC whatever the browser’s zone', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const noon = Date.UTC(2026, 1, 1, 12);
    for (const ms of [-3_600_000, 0, 500, 1000, 3_600_000]) {
      await redis.command('XADD', stream, `${noon + ms}-0`, 'type', 'at');
    }
    const inTheSecond = [`${noon + 500}-0`, `${noon}-0`];
    await open(page, streamPath(stream));
    await expect(entryLinks(page)).toHaveCount(5);
    await page.getByLabel('Entries from this time, UTC').fill('2026-02-01T12:00:00');
    await page.getByLabel('Entries to this time, UTC').fill('2026-02-01T12:00:00');
    await page.getByRole('button', { name: 'Show' }).click();
    await expect(entryLinks(page)).toHaveText(inTheSecond);
    await page.reload();
    await expect(entryLinks(page)).toHaveText(inTheSecond);
    await expect(page.getByLabel('Entries to this time, UTC')).toHaveValue(
      /^2026-02-01T12:00(:00)?$/,
    );
    await page.getByRole('link', { name: 'Any time' }).click();
    await expect(entryLinks(page)).toHaveCount(5);
  });

  test('a wrong address is told, and the newest are shown', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await addMany(redis, stream, 2);
    await open(page, streamPath(stream, '?before=yesterday&limit=100000&entry=nonsense'));
    await expect(page.getByText('The address asks for what cannot be read.')).toBeVisible();
    await expect(entryLinks(page)).toHaveCount(2);
  });
});

test.describe('one entry', () => {
  test('a link opens it, with every field, decoded and raw, and closing keeps the page', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const id = await addEvent(redis, {
      stream,
      type: 'ingestion.failed',
      jobId: 'job-7',
      data: { error: 'LLM timeout after 300 s' },
    });
    await addMany(redis, stream, 2);
    await open(page, streamPath(stream, `?entry=${id}`));
    const drawer = page.getByRole('dialog', { name: id });
    const names = (await range(redis, stream))[0]?.fields.filter((_, index) => index % 2 === 0);
    await expect(drawer.getByRole('heading', { level: 4 })).toHaveText(names as string[]);
    await expect(drawer).toContainText('"error": "LLM timeout after 300 s"');
    const howToShow = drawer.getByRole('group', { name: 'How to show data', exact: true });
    await howToShow.getByText('Raw').click();
    await expect(drawer).toContainText('7b 22 65 72 72 6f 72');
    await drawer.getByRole('button', { name: 'Close' }).click();
    await expect(drawer).toBeHidden();
    await expect(page).toHaveURL(streamPath(stream));
    await expect(entryLinks(page)).toHaveCount(3);
  });

  test('is opened by a click however early it comes while the page wakes', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    const id = await add(redis, stream, 'type', 'early');
    const url = streamPath(stream);
    // A click some turns of the event loop after React took the row over: no hand is that exact.
    await page.addInitScript(() => {
      if (window.location.search !== '') return;
      let turns = Number(window.location.hash.slice(1));
      const { port1: turn, port2: next } = new MessageChannel();
      turn.onmessage = () => {
        const link = document.querySelector<HTMLElement>('a[href*="?entry="]');
        if (link && Object.keys(link).some((key) => key.startsWith('__reactProps'))) turns--;
        if (turns < 0) link?.click();
        else next.postMessage(null);
      };
      next.postMessage(null);
    });
    for (const turns of [0, 1, 2, 3]) {
      await page.goto('about:blank');
      await page.goto(`${url}#${turns}`);
      await expect(page.getByRole('dialog', { name: id })).toBeVisible();
    }
  });

  test('is in the first HTML too', async ({ redis, scriptless: page, uniqueName: stream }) => {
    const id = await addEvent(redis, { stream, type: 'seen.without', data: { a: 'b' } });
    await page.goto(streamPath(stream, `?entry=${id}`));
    await expect(page.getByRole('region', { name: id })).toContainText('"a": "b"');
  });

  test.describe('gone', () => {
    test.use({ expectedConsole: [REQUESTS_FAIL] });

    test('is told as gone', async ({ page, redis, uniqueName: stream }) => {
      const [id = ''] = await addMany(redis, stream, 2);
      await redis.command('XDEL', stream, id);
      await page.goto(streamPath(stream, `?entry=${id}`));
      const drawer = page.getByRole('dialog', { name: id });
      await expect(drawer).toContainText('This entry is no longer in Redis.');
      await expect(drawer).toContainText(`XRANGE ${stream} ${id} ${id}`);
    });
  });
});

test.describe('streams that are none', () => {
  test.use({ expectedConsole: [REQUESTS_FAIL] });

  test('an absent one teaches the command, and appears once it is there', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await open(page, streamPath(stream));
    await expect(page.getByText('Redis has no such stream')).toBeVisible();
    await expect(page.getByText(`XADD ${stream} '*' type hello`)).toBeVisible();
    await add(redis, stream, 'type', 'hello');
    await expect(entryLinks(page)).toHaveCount(1);
  });

  test('a key of another type is told', async ({ page, redis, uniqueName: stream }) => {
    await redis.command('SET', stream, 'text');
    await open(page, streamPath(stream));
    await expect(page.getByText('This key holds something other than a stream.')).toBeVisible();
    await expect(page.getByText(`TYPE ${stream}`)).toBeVisible();
  });

  test('an empty one says so, and keeps its groups', async ({
    page,
    redis,
    uniqueName: stream,
  }) => {
    await redis.command('XGROUP', 'CREATE', stream, 'my-group', '$', 'MKSTREAM');
    await open(page, streamPath(stream));
    await expect(page.getByText('This stream is empty')).toBeVisible();
    await expect(page.getByRole('region', { name: 'Consumer groups' })).toContainText('my-group');
  });
});

test.describe('any name leads from Overview to the entries, one entry and the tail', () => {
  for (const name of ['a/b c:d', '100% %2F', "ключ·流 q?x=1#h 'quoted'"]) {
    test(name, async ({ page, redis }) => {
      const id = await add(redis, name, 'type', 'of.that.name');
      await open(page, '/');
      const row = page.getByRole('table').getByRole('link', { name, exact: true });
      await row.click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
      await expect(entryLinks(page)).toHaveText([id]);
      await page.reload();
      await expect(entryLinks(page)).toHaveText([id]);
      await entryLinks(page).click();
      await expect(page.getByRole('dialog', { name: id })).toContainText('of.that.name');
      await page.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('link', { name: 'Watch live' }).click();
      const tail = page.getByRole('region', { name: `Entries of ${name}, newest last` });
      await expect(tail.getByRole('link')).toContainText('of.that.name');
      await redis.command('DEL', name);
    });
  }
});

test('figures, groups and the way up', async ({ page }) => {
  await open(page, streamPath(EVENTS));
  const groups = page.getByRole('region', { name: 'Consumer groups' }).getByRole('row');
  await expect(groups).toHaveCount(5);
  await page
    .getByRole('navigation', { name: 'Breadcrumb' })
    .getByRole('link', { name: 'Overview' })
    .click();
  await expect(page).toHaveURL('/');
});

test('what is wrong with the stream itself is told on its page, with the evidence, until it is well', async ({
  page,
  redis,
  uniqueName: stream,
}) => {
  await addMany(redis, stream, 2);
  await open(page, streamPath(stream));
  await expect(entryLinks(page)).toHaveCount(2);
  const found = page.getByRole('region', { name: 'Found in the stream' });
  await expect(found).toHaveCount(0);
  const ahead = `${Date.now() + 7_200_000}-0`;
  await redis.command('XADD', stream, ahead, 'n', 'ahead');
  await expect(found.getByRole('heading', { name: /Has ids from the future$/ })).toBeVisible();
  await expect(found.getByText(ahead)).toBeVisible();
  await redis.command('DEL', stream);
  await addMany(redis, stream, 1);
  await expect(found.getByText(ahead)).toHaveCount(0);
});
