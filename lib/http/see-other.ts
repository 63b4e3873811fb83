import { underBasePath } from '@/lib/model/base-path';

/** Sends a browser on by GET: to a path within this site, or to an address at the identity provider. */
export function seeOther(target: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location: locationOf(target), 'cache-control': 'no-store' },
  });
}

/** As a browser is told it: a path of this site, or a whole address as it is. */
export function locationOf(target: string): string {
  return target.startsWith('/') ? underBasePath(target) : target;
}
