import { expect } from '@playwright/test';
import { expectAccessible, NARROW, WIDE } from './support/accessible';
import { streamPath } from './support/entries';
import { open, REQUESTS_FAIL, test } from './support/fixtures';
import { addMany, EVENTS } from './support/streams';

// Its server ends before its page does.
test.use({ expectedConsole: [REQUESTS_FAIL] });

test('production is told by word, icon and colour on every page, and first in its title; the design page', async ({
  page,
  startStand,
}) => {
  const { dashboard, redis } = await startStand({
    env: { ENVIRONMENT_NAME: 'Production EU', DESIGN_PAGE: 'true' },
  });
  const [id = ''] = await addMany(redis, EVENTS, 2);
  const band = page.getByRole('banner').getByText('Environment: Production EU');

  for (const [path, title] of [
    ['/', 'Production EU · Overview · Shield Dashboard'],
    ['/tasks', 'Production EU · Enqueue · Shield Dashboard'],
    [streamPath(EVENTS, `?entry=${id}`), `Production EU · ${EVENTS} · Shield Dashboard`],
  ] as const) {
    await open(page, dashboard.url + path);
    await expect(page).toHaveTitle(title);
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport);
      await expect(band).toBeInViewport({ ratio: 1 });
      // Nothing lies over it: an open drawer on a phone neither.
      const isOnTop = await band.evaluate((element) => {
        const { left, width, top, height } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      });
      expect(isOnTop, `${path} at ${viewport.width} px`).toBe(true);
    }
  }

  const seen = await band.evaluate((element) => ({
    colour: getComputedStyle(element).backgroundColor,
    page: getComputedStyle(document.documentElement).backgroundColor,
    hasIcon: element.querySelector('svg') !== null,
  }));
  expect(seen.colour).not.toBe(seen.page);
  expect(seen.hasIcon).toBe(true);

  await test.step('every primitive stands on the design page, clean in both themes', async () => {
    await open(page, `${dashboard.url}/design`);
    await page.getByRole('button', { name: 'drawer beside' }).first().click();
    await expect(page.getByRole('dialog', { name: 'One thing' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'One thing' })).toBeHidden();
    await expectAccessible(page, 'the design page');
  });
});

test('there is no design page where nobody asked for it', async ({ dashboard, request }) => {
  const answer = await request.get(`${dashboard.url}/design`);
  expect(answer.status()).toBe(404);
});
