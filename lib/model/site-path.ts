const LENGTH_MAX = 2_048;
/** Where the result is put together only to be read: any base would do. */
const BASE = 'http://site.invalid';

/**
 * An address within this site, fit to be gone to after sign-in; `/` for everything else: other
 * sites however written (`//host`, `/\host`, `https:…`), what cannot be read, and the API.
 */
export function sitePath(text: string | null | undefined): string {
  if (!text?.startsWith('/') || text.length > LENGTH_MAX) return '/';
  // Browsers drop tabs and newlines inside an address and take \ for /.
  if (/[\p{Cc}\\]/u.test(text) || !URL.canParse(text, BASE)) return '/';
  const { origin, pathname, search } = new URL(text, BASE);
  if (origin !== BASE || pathname.startsWith('//')) return '/';
  if (/^\/(api|sign-in)(\/|$)/.test(pathname)) return '/';
  return pathname + search;
}
