import { expect, type Locator, type Page } from '@playwright/test';
import { expectAlive } from './fixtures';

/** The rows of the live tail, newest last. */
export function tailRows(page: Page): Locator {
  return page.getByRole('region', { name: /^Entries of / }).getByRole('link');
}

export function tailScroller(page: Page): Locator {
  return page.getByRole('region', { name: /^Entries of / });
}

/** Opens the tail and waits until its connection is up. */
export async function openTail(page: Page, url: string) {
  await page.goto(url);
  await expectAlive(page);
  await expectConnection(page, 'live');
}

/** How the live connection stands, in the words beside the title. */
export async function expectConnection(
  page: Page,
  text: string | RegExp,
  options: { timeout?: number } = {},
) {
  await expect(page.getByRole('main').getByRole('status').first()).toHaveText(text, options);
}

/** The ids of the rows in the page, in the order they stand. */
export function shownIds(page: Page): Promise<string[]> {
  return tailRows(page).evaluateAll((links) =>
    links.map((link) => new URL((link as HTMLAnchorElement).href).searchParams.get('entry') ?? ''),
  );
}
