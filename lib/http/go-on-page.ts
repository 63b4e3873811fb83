import { underBasePath } from '@/lib/model/base-path';
import { locationOf } from './see-other';

/**
 * A page without content that goes on to `target` at once: then it is this site that asks, and not the
 * one that led here. The address that led here is told to nobody.
 */
export function goOnPage(target: string): Response {
  // Without an icon named, browsers ask for one at the root, which below a base path is another's.
  const icon = `<link rel="icon" href="${underBasePath('/icon.svg')}">`;
  return new Response(goOnHtml(target, icon), { headers: GO_ON_HEADERS });
}

export const GO_ON_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
} as const;

/** `target`: a path of this site, or a whole address. `icon`: where the answer's policy lets it load. */
export function goOnHtml(target: string, icon = ''): string {
  const href = locationOf(target).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  return `<!doctype html><html lang="en"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${href}"><title>One moment</title>${icon}<a href="${href}">Go on</a></html>`;
}
