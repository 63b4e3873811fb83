import type { Page } from '@playwright/test';

/** Where a stream's page is. */
export function streamPath(stream: string, rest = ''): string {
  return `/streams/${encodeURIComponent(stream)}${rest}`;
}

/** Where a group's page is. */
export function groupPath(stream: string, group: string, rest = ''): string {
  return streamPath(stream, `/groups/${encodeURIComponent(group)}${rest}`);
}

/** The ids of the entries on a stream's page, newest first. */
export function entryLinks(page: Page) {
  return page
    .getByRole('region', { name: 'Entries', exact: true })
    .getByRole('table')
    .getByRole('link', { name: /^\d+-\d+$/ });
}

export function pager(page: Page) {
  return page.getByRole('navigation', { name: 'Pages of entries' });
}
