import type { Permission } from '@/lib/model/permissions';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/** What each method needs; HEAD is asked what GET is. `public` needs nobody to be signed in. */
type RouteRule = Partial<Record<Method, Permission | 'public'>>;

/**
 * The one table of addresses, by their folders under app/: a route that is missing here does not
 * compile where it answers, and a test walks the folders. The live feed's addresses are among them.
 */
export const ROUTE_RULES = {
  '/': { GET: 'look' },
  '/audit': { GET: 'read_audit' },
  '/design': { GET: 'look' },
  '/events': { GET: 'look' },
  '/jobs': { GET: 'look' },
  '/jobs/[job_id]': { GET: 'look' },
  '/sign-in': { GET: 'public' },
  // Out to the identity provider, and back.
  '/sign-in/callback': { GET: 'public' },
  '/sign-in/start': { GET: 'public' },
  '/streams/[stream]': { GET: 'look' },
  '/streams/[stream]/groups/[group]': { GET: 'look' },
  '/tasks': { GET: 'look' },

  '/api/[[...rest]]': { GET: 'look', POST: 'look', PUT: 'look', PATCH: 'look', DELETE: 'look' },
  '/api/audit': { GET: 'read_audit' },
  '/api/audit/download': { GET: 'read_audit' },
  '/api/jobs': { GET: 'look' },
  '/api/jobs/[job_id]': { GET: 'look' },
  '/api/session': { POST: 'public' },
  '/api/session/end': { POST: 'look' },
  '/api/streams': { GET: 'look' },
  '/api/streams/[stream]': { GET: 'look' },
  '/api/streams/[stream]/download': { GET: 'look' },
  '/api/streams/[stream]/entries': { GET: 'look' },
  '/api/streams/[stream]/entries/[id]': { GET: 'look' },
  '/api/streams/[stream]/event-counts': { GET: 'look' },
  '/api/streams/[stream]/groups/[group]': { GET: 'look' },
  '/api/streams/[stream]/groups/[group]/consumers': { GET: 'look' },
  '/api/streams/[stream]/groups/[group]/pending': { GET: 'look' },
  '/api/streams/[stream]/history': { GET: 'look' },
  '/api/streams/[stream]/search': { GET: 'look' },
  '/api/tasks': { POST: 'enqueue' },
  '/events/stats': { GET: 'look' },
  '/events/stream': { GET: 'look' },
  '/events/ws': { GET: 'look' },
  // For whoever restarts us; it tells that the process lives and no more.
  '/health': { GET: 'public' },
  '/health/detailed': { GET: 'look' },
  '/metrics': { GET: 'look' },
} as const satisfies Record<string, RouteRule>;

export type Route = keyof typeof ROUTE_RULES;
/** Routes that answer people who are not signed in. */
export type PublicRoute = {
  [R in Route]: 'public' extends (typeof ROUTE_RULES)[R][keyof (typeof ROUTE_RULES)[R]] ? R : never;
}[Route];
export type GatedRoute = Exclude<Route, PublicRoute>;

/** Files the sign-in page is made of; they hold nothing of anybody. */
const PUBLIC_FILES = /^\/(_next\/static\/[\w\-./~]+|icon\.svg|favicon\.ico)$/;
/** They take what a form sends, so that they work without scripts. */
const FORM_ROUTES: ReadonlySet<string> = new Set<Route>(['/api/session', '/api/session/end']);

/** Null where the route has no such method. */
export function ruleOf(route: Route, method: string): Permission | 'public' | null {
  const rule: Partial<Record<string, Permission | 'public'>> = ROUTE_RULES[route];
  return rule[method === 'HEAD' ? 'GET' : method] ?? null;
}

/**
 * What a path as it was sent needs. One that no route has needs the right to look: whether it is
 * there at all is told to nobody else.
 */
export function ruleOfPath(path: string, method: string): Permission | 'public' {
  if (PUBLIC_FILES.test(path) && !path.includes('..')) return 'public';
  const route = routeOfPath(path);
  return (route && ruleOf(route, method)) ?? 'look';
}

export function takesForms(path: string): boolean {
  const route = routeOfPath(path);
  return route !== null && FORM_ROUTES.has(route);
}

/** The most literal route that fits: `[name]` stands for one segment, `[[...rest]]` for any. */
export function routeOfPath(path: string): Route | null {
  const literal = LITERALS.get(path);
  if (literal !== undefined) return literal;
  const segments = path.split('/').slice(1).map(decoded);
  return PATTERNS.find(({ pattern }) => fits(pattern, segments))?.route ?? null;
}

const PATTERNS = (Object.keys(ROUTE_RULES) as Route[])
  .map((route) => ({ route, pattern: route.split('/').slice(1) }))
  .sort((a, b) => wildcards(a.pattern) - wildcards(b.pattern));

/** Routes without a `[name]`, by their path: asked for at every request. */
const LITERALS: ReadonlyMap<string, Route> = new Map(
  PATTERNS.filter(({ pattern }) => wildcards(pattern) === 0).map(({ route }) => [route, route]),
);

function wildcards(pattern: string[]): number {
  return pattern.reduce(
    (sum, part) => sum + (part.startsWith('[[') ? 100 : Number(part[0] === '[')),
    0,
  );
}

function fits(pattern: string[], segments: string[]): boolean {
  if (pattern.at(-1)?.startsWith('[[')) {
    return pattern.slice(0, -1).every((part, at) => part === segments[at]);
  }
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (part[0] === '[' ? segments[at] !== '' : part === segments[at]))
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
