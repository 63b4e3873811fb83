import { locationOf } from './see-other';

/**
 * A page without content that goes on to `target` at once: then it is this site that asks, and not the
 * one that led here. The address that led here is told to nobody.
 */
export function goOnPage(target: string): Response {
  return new Response(goOnHtml(target), { headers: GO_ON_HEADERS });
}

export const GO_ON_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
} as const;

/** `target`: a path of this site, or a whole address. */
export function goOnHtml(target: string): string {
  const href = locationOf(target).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  return `<!doctype html><html lang="en"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${href}"><title>One moment</title><a href="${href}">Go on</a></html>`;
}
