/** Sends a browser on by GET: to a path within this site, or to the identity provider. */
export function seeOther(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store' },
  });
}
