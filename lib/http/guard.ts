import { DashboardError } from '@/lib/model/errors';

/** What of a request the guard looks at; header names in lower case. */
export interface GuardedRequest {
  method: string;
  header(name: string): string | null;
  /** Whether what a form sends is taken here as well as JSON. */
  takesForms?: boolean;
}

export interface GuardOptions {
  /** The address the server listens on. */
  host: string;
  /** Other host names that are served. */
  allowedHosts: readonly string[];
}

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const ADDRESS_ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Longest address with its query: the longest filter in any script, percent-encoded, and more. */
export const URL_CHARS_MAX = 12 * 1024;

/** Throws `url_too_long`. */
export function guardUrl(url: string): void {
  if (url.length <= URL_CHARS_MAX) return;
  throw new DashboardError('url_too_long', `The address is over ${URL_CHARS_MAX} characters.`);
}

const METHODS: ReadonlySet<string> = new Set([...SAFE_METHODS, 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Throws `method_not_allowed` for what nothing is done by: Next would answer it with a page, or fail. */
export function guardMethod(method: string, isPage: boolean): void {
  if ((isPage ? SAFE_METHODS : METHODS).has(method)) return;
  throw new DashboardError('method_not_allowed', 'Nothing is done here by this method.');
}

/**
 * Refuses what a browser on another site, or a name rebound to this address, could send.
 * Throws `foreign_host`, `foreign_origin` and, for writes, `unsupported_media_type`.
 */
export function guardRequest(request: GuardedRequest, options: GuardOptions): void {
  const host = request.header('host');
  if (host === null || !isServedHost(host, options)) {
    throw new DashboardError(
      'foreign_host',
      'This host name is not served here; add it to ALLOWED_HOSTS if it should be.',
    );
  }
  const origin = request.header('origin');
  if (origin !== null && !isSameHost(origin, host)) throw foreignOrigin();
  const site = request.header('sec-fetch-site');
  if (SAFE_METHODS.has(request.method)) {
    if (site !== null && !isOwnOrLed(site, request)) throw foreignOrigin();
    return;
  }
  if (site !== null && site !== 'same-origin') throw foreignOrigin();
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  // Any site can have a browser send a form: here the browser itself must say that it was ours.
  const isOwnForm = type === FORM_TYPE && (site === 'same-origin' || origin !== null);
  if (request.takesForms && isOwnForm) return;
  if (type !== 'application/json') {
    throw new DashboardError('unsupported_media_type', 'Send the body as application/json.');
  }
}

/** From our own pages, from the address bar, or by a link that was followed: no picture, no script. */
function isOwnOrLed(site: string, request: GuardedRequest): boolean {
  const isOwn = site === 'same-origin' || site === 'none';
  return isOwn || request.header('sec-fetch-mode') === 'navigate';
}

function foreignOrigin(): DashboardError {
  return new DashboardError('foreign_origin', 'Requests from other sites are refused.');
}

/** Loopback names, the address listened on, and what the configuration names; any port. */
export function isServedHost(hostHeader: string, { host, allowedHosts }: GuardOptions): boolean {
  const name = hostName(hostHeader);
  if (name === null) return false;
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  if (/^127(\.\d{1,3}){3}$/.test(name)) return true;
  if (allowedHosts.includes(name)) return true;
  return !ADDRESS_ANY.has(host) && name === hostName(host.includes(':') ? `[${host}]` : host);
}

/** The name in a Host header, in lower case and without its port; null where it is malformed. */
function hostName(hostHeader: string): string | null {
  return (
    /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(hostHeader.toLowerCase())?.[1] ?? null
  );
}

function isSameHost(origin: string, host: string): boolean {
  const own = `http://${host}`;
  if (!URL.canParse(origin) || !URL.canParse(own)) return false;
  return new URL(origin).host === new URL(own).host;
}
