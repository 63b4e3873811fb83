import { expect, type Locator, type Page } from '@playwright/test';
import { field, fillTask, send, TASK } from './support/enqueue';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { length, QUEUE, range } from './support/streams';

function answer(page: Page): Locator {
  return page.locator('form').getByRole('status').filter({ hasText: /\S/ });
}

function entryLink(page: Page): Locator {
  return answer(page).getByRole('link', { name: /^\d+-\d+$/ });
}

async function entryId(page: Page): Promise<string> {
  return (await entryLink(page).textContent()) ?? '';
}

test.describe('a task', () => {
  test('stands on the queue field for field, and the answer leads to its entry', async ({
    page,
    redis,
  }) => {
    await open(page, '/tasks');
    const jobId = await field(page, 'job_id').inputValue();
    const chunkId = await field(page, 'chunk_id').inputValue();
    await fillTask(page);
    const preview = page.getByRole('region', { name: /^What will be written to/ });
    await expect(preview).toContainText('{"page":3,"tags":["a","b"]}');
    const from = Date.now();
    await send(page);
    await expect(answer(page)).toContainText('The task is on the queue.');
    const id = await entryId(page);

    const entry = (await range(redis, QUEUE)).find((candidate) => candidate.id === id);
    const fields = entry?.fields ?? [];
    expect(fields.slice(0, -1)).toEqual([
      ...['job_id', jobId],
      ...['chunk_id', chunkId],
      ...['content', TASK.content],
      ...['source_uri', TASK.source_uri],
      ...['source_type', 'pdf'],
      ...['metadata', '{"page":3,"tags":["a","b"]}'],
      ...['retry_count', '0'],
      'timestamp',
    ]);
    const timestamp = String(fields.at(-1));
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$/);
    expect(Math.abs(Date.parse(timestamp) - from)).toBeLessThan(60_000);

    // Ready for the next one: new ids, the rest kept.
    await expect(field(page, 'chunk_id')).not.toHaveValue(chunkId);
    await expect(field(page, 'content')).toHaveValue(TASK.content);

    await entryLink(page).click();
    await expect(page).toHaveURL(`/streams/${encodeURIComponent(QUEUE)}?entry=${id}`);
    const drawer = page.getByRole('dialog', { name: id });
    await expect(drawer).toContainText(jobId);
    await expect(drawer).toContainText('Its second line, with ümlauts and 漢字.');
  });

  test('without metadata has an empty object, and ids left empty are made', async ({
    page,
    redis,
  }) => {
    await open(page, '/tasks');
    await fillTask(page, { ...TASK, metadata: '' });
    await field(page, 'job_id').fill('');
    await field(page, 'chunk_id').fill('');
    await send(page);
    const id = await entryId(page);
    const entry = (await range(redis, QUEUE)).find((candidate) => candidate.id === id);
    expect(entry?.fields[1]).toMatch(/^[0-9a-f-]{36}$/);
    expect(entry?.fields[3]).toMatch(/^[0-9a-f-]{36}$/);
    expect(entry?.fields[11]).toBe('{}');
    await expect(answer(page)).toContainText(String(entry?.fields[1]));
  });
});

test.describe('mistakes', () => {
  test('stand beside their fields, and nothing is sent', async ({ page, redis }) => {
    await open(page, '/tasks');
    const before = await length(redis, QUEUE);
    await send(page);
    for (const name of ['content', 'source_uri', 'source_type']) {
      const control = page.locator('form').getByLabel(name);
      await expect(control).toHaveAttribute('aria-invalid', 'true');
      await expect(control).toHaveAccessibleDescription(new RegExp(`${name} is empty`));
    }
    await expect(field(page, 'content')).toBeFocused();
    await field(page, 'content').fill('x');
    await expect(page.getByText('content is empty')).toBeHidden();
    await field(page, 'source_uri').fill('u'.repeat(513));
    await expect(page.getByText('source_uri is longer than 512 characters')).toBeVisible();
    expect(await length(redis, QUEUE)).toBe(before);
  });

  test('in the metadata are told where they stand', async ({ page }) => {
    await open(page, '/tasks');
    const metadata = field(page, 'metadata');
    for (const [text, says] of [
      ['{\n  "page": 3,\n}', 'Line 3, column 1: '],
      ['{"page": three}', 'Line 1, column 10: Not a JSON value'],
      ['[1, 2]', 'Line 1, column 1: An object is expected'],
      ['{"a": 1, "a": 2}', 'Line 1, column 10: “a” stands twice'],
      ['{"id": 12345678901234567890}', 'Line 1, column 8: 12345678901234567890 would'],
    ] as const) {
      await metadata.fill(text);
      await field(page, 'content').focus();
      await expect(page.getByText(says)).toBeVisible();
      await expect(metadata).toHaveAttribute('aria-invalid', 'true');
      await expect(metadata).toHaveAccessibleDescription(new RegExp(says.slice(0, 17)));
      await metadata.fill('{}');
      await expect(page.getByText(says)).toBeHidden();
    }
  });
});

test.describe('once, whatever happens', () => {
  test('a double click adds one, even where the answer comes between', async ({ page, redis }) => {
    await open(page, '/tasks');
    await fillTask(page);
    const before = await length(redis, QUEUE);
    const button = page.getByRole('button', { name: 'Enqueue task' });
    await button.hover();
    await page.mouse.down({ clickCount: 1 });
    await page.mouse.up({ clickCount: 1 });
    await expect(entryLink(page)).toBeVisible();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    const first = await entryId(page);

    // A click of its own is another task.
    await button.click();
    await expect(entryLink(page)).not.toHaveText(first);
    expect(await length(redis, QUEUE)).toBe(before + 2);
  });

  test.describe('a lost answer', () => {
    test.use({ expectedConsole: [REQUESTS_FAIL] });

    test('is told as unknown, and sending again adds nothing', async ({ page, redis }) => {
      await open(page, '/tasks');
      await fillTask(page);
      const before = await length(redis, QUEUE);
      await page.route('**/api/tasks', async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      });
      await send(page);
      await expect(answer(page)).toContainText('It is not known whether the task was written.');
      expect(await length(redis, QUEUE)).toBe(before + 1);
      await page.unroute('**/api/tasks');
      await page.getByRole('button', { name: 'Send again safely' }).click();
      await expect(answer(page)).toContainText('The task is on the queue.');
      const id = await entryId(page);
      expect(await length(redis, QUEUE)).toBe(before + 1);
      expect((await range(redis, QUEUE)).at(-1)?.id).toBe(id);
    });
  });

  test.describe('Redis away', () => {
    test.use({ expectedConsole: [REQUESTS_FAIL] });

    test('or full: nothing was written, the form keeps what it holds, and works once Redis is well', async ({
      page,
      startStand,
    }) => {
      const { redis, dashboard } = await startStand();
      await open(page, `${dashboard.url}/tasks`);
      await fillTask(page);
      await redis.command('CONFIG', 'SET', 'maxmemory', '1');
      await send(page);
      await expect(answer(page)).toContainText('Nothing was written.');
      await expect(answer(page)).toContainText('redis_out_of_memory');
      await redis.command('CONFIG', 'SET', 'maxmemory', '0');
      await page.getByRole('button', { name: 'Send again' }).click();
      await expect(answer(page)).toContainText('The task is on the queue.');
      expect(await length(redis, QUEUE)).toBe(1);

      const chunkId = await field(page, 'chunk_id').inputValue();
      await redis.kill();
      await send(page);
      await expect(answer(page)).toContainText('Nothing was written.');
      await expect(field(page, 'chunk_id')).toHaveValue(chunkId);
      await expect(field(page, 'content')).toHaveValue(TASK.content);
      await expect(field(page, 'source_uri')).toHaveValue(TASK.source_uri);
      await expect(field(page, 'metadata')).toContainText('"tags": ["a", "b"]');
      const banner = page.getByText(/^Redis has not answered since/);
      await expect(banner).toBeVisible();
      await redis.restart();
      await expect(banner).toBeHidden();
      // Nothing was kept back to be written later.
      expect(await length(redis, QUEUE)).toBe(0);
      await page.getByRole('button', { name: 'Send again' }).click();
      await expect(answer(page)).toContainText('The task is on the queue.');
      const entries = await range(redis, QUEUE);
      expect(entries.map((entry) => entry.fields[3])).toEqual([chunkId]);
    });
  });
});

test('without any script the page teaches the same by a shell', async ({ scriptless: page }) => {
  await page.goto('/tasks');
  await expect(page.getByText('This form needs scripts to send.')).toBeVisible();
  await expect(page.getByText(/curl -X POST .*\/api\/tasks/)).toBeVisible();
});
