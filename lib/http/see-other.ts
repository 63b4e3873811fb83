import { underBasePath } from '@/lib/model/base-path';

/** Sends a browser on to `path`, a path within this site, by GET. */
export function seeOther(path: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location: underBasePath(path), 'cache-control': 'no-store' },
  });
}
