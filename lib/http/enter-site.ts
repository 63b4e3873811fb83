import type { IncomingMessage } from 'node:http';
import { BASE_PATH, stripBasePath } from '@/lib/model/base-path';

/** Whoever restarts the process asks it directly, past the proxy. */
const HEALTH = /^\/health(?=$|\?)/;

/**
 * Takes the base path off a request's address: all behind this sees paths of the site. False where
 * the request is for none of them. A proxy that took it off itself says so in `X-Forwarded-Prefix`.
 */
export function enterSite(
  request: Pick<IncomingMessage, 'url' | 'headers'>,
  base = BASE_PATH,
): boolean {
  if (base === '') return true;
  const asked = request.url ?? '/';
  const path = stripBasePath(asked, base);
  if (path !== null) {
    request.url = path;
    return true;
  }
  return HEALTH.test(asked) || prefixOf(request) === base;
}

function prefixOf({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const prefix = headers['x-forwarded-prefix'];
  return typeof prefix === 'string' ? prefix.replace(/\/$/, '') : null;
}
