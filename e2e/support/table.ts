import { expect, type Locator, type Page } from '@playwright/test';

/** A group's row on Overview; groups of one name stand under more than one stream. */
export function groupRow(page: Page, stream: string, group: string): Locator {
  const ofStream = page
    .getByRole('rowgroup')
    .filter({ has: page.getByRole('link', { name: stream, exact: true }) });
  return ofStream
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: group, exact: true }) });
}

export function streamRow(page: Page, stream: string): Locator {
  return page
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: stream, exact: true }) });
}

/** Where a column stands, by its heading. */
async function columnOf(page: Page, heading: string): Promise<number> {
  const headings = await page.getByRole('columnheader').allInnerTexts();
  const column = headings.indexOf(heading);
  expect(column, `no column ${heading} among ${headings.join(', ')}`).toBeGreaterThanOrEqual(0);
  return column;
}

/** What a group's row says under a heading. */
export async function expectCell(
  row: Locator,
  heading: string,
  text: string | RegExp,
  options: { timeout?: number } = {},
) {
  const cell = row.getByRole('cell').nth(await columnOf(row.page(), heading));
  await expect(cell).toHaveText(text, { ...options, useInnerText: true });
}
