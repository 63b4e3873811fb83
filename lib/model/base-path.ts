/**
 * The path below which this build is served behind a reverse proxy, such as `/shield`; '' at the
 * root of its host. Pages, scripts and styles name it, so the build puts it in
 * (scripts/setup/base-path.mjs). All other paths in this code are those of the site, without it.
 */
export const BASE_PATH: string = process.env.BUILT_BASE_PATH ?? '';

/** A path of this site as it is asked for: what a browser, a proxy or `curl` is told. */
export function underBasePath(path: string, base = BASE_PATH): string {
  if (base === '') return path;
  // Next's own form: the first page has no slash at its end.
  return base + (/^\/(?=$|[?#])/.test(path) ? path.slice(1) : path);
}

/** The path of this site in one that was asked for; null for one that is not below the base path. */
export function stripBasePath(path: string, base = BASE_PATH): string | null {
  if (base === '') return path;
  if (!path.startsWith(base)) return null;
  const rest = path.slice(base.length);
  if (rest.startsWith('/')) return rest;
  return /^($|[?#])/.test(rest) ? `/${rest}` : null;
}
