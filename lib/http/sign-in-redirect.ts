import { underBasePath } from '@/lib/model/base-path';
import { sitePath } from '@/lib/model/site-path';
import type { GuardedRequest } from './guard';

/** An answer in place of a problem. */
export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * What somebody who is not signed in gets in place of a page: the way to the sign-in page and back.
 * Null for requests of programs, which get the problem itself.
 */
export function signInRedirect(request: GuardedRequest, url: string): PageAnswer | null {
  const { method } = request;
  const wantsPage = request.header('accept')?.includes('text/html') ?? false;
  // Next's own requests for a page's parts load the whole page where they are refused.
  if (!wantsPage || request.header('rsc') !== null) return null;
  if (method === 'POST') return seeOther('/sign-in');
  if (method !== 'GET') return null;
  const path = sitePath(url);
  if (comesFromOutside(request)) return comeAgain(path);
  return seeOther(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
}

/** A link on another site was followed: the browser kept the session's cookie to itself. */
function comesFromOutside(request: GuardedRequest): boolean {
  const site = request.header('sec-fetch-site');
  return (
    request.header('sec-fetch-mode') === 'navigate' &&
    (site === 'cross-site' || site === 'same-site')
  );
}

function seeOther(location: string): PageAnswer {
  const headers = { location: underBasePath(location), 'cache-control': 'no-store' };
  return { status: 303, headers, body: '' };
}

/** A page that asks for the same address once more: then it is this site that asks. */
function comeAgain(path: string): PageAnswer {
  const url = underBasePath(path).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html><html lang="en"><meta http-equiv="refresh" content="0;url=${url}"><title>One moment</title><a href="${url}">Go on</a></html>`,
  };
}
