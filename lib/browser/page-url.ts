import { stripBasePath, underBasePath } from '@/lib/model/base-path';

/** Where the page is: its path within the site, and its query. */
export function pageUrl(): string {
  const { pathname, search } = window.location;
  return (stripBasePath(pathname) ?? '/') + search;
}

/** Loads another page of the site anew. */
export function leaveFor(href: string): void {
  window.location.assign(underBasePath(href));
}

/** Shows another address of the same page, as a step of its own: back leads here again. */
export function pushPageUrl(href: string): void {
  whenFollowed(() => window.history.pushState(null, '', underBasePath(href)));
}

/** The same without a step: back leads to where it led before. */
export function replacePageUrl(href: string): void {
  whenFollowed(() => window.history.replaceState(null, '', underBasePath(href)));
}

/**
 * Next follows the address through methods it lays over those of the history, in an effect: after
 * the page takes its first clicks. What is clicked in between waits for that; else the address
 * would change and the page would not.
 */
function whenFollowed(change: () => void): void {
  if (Object.hasOwn(window.history, 'pushState')) change();
  else setTimeout(whenFollowed, 0, change);
}
