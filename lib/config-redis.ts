import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { redactFields } from './config-redaction';

/** Where Redis is and how to enter it. Holds secrets: never log it whole. */
export interface RedisTarget {
  host: string;
  /** TCP port. */
  port: number;
  username: string | undefined;
  password: string | undefined;
  /** Database number. */
  db: number;
  /** Present for `rediss://`; `ca` is a PEM bundle to trust in place of the system's. */
  tls: { ca: string | undefined } | undefined;
  /** Present for a Redis Cluster: nodes to ask where the keys are, `host` and `port` the first. */
  cluster: { seeds: { host: string; port: number }[] } | undefined;
  /** Globs of the names whose values are masked in all that is read; absent for none. */
  redactFields?: readonly string[];
}

/** Where the next address begins: a password may hold a comma. */
const BETWEEN_URLS = /,\s*(?=rediss?:\/\/)/;

/** One address, or several nodes of one cluster, which share credentials. */
const redisUrls = z.string().transform((text, context) => {
  const addresses: RedisAddress[] = [];
  for (const url of text.split(BETWEEN_URLS)) {
    const address = parseRedisUrl(url.trim());
    if (typeof address === 'string') {
      context.addIssue(address);
      return z.NEVER;
    }
    addresses.push(address);
  }
  const [first, ...others] = addresses;
  if (first === undefined) return z.NEVER;
  if (others.some((other) => entry(other) !== entry(first))) {
    context.addIssue('all nodes must have the same scheme, user, password and database');
    return z.NEVER;
  }
  return { ...first, seeds: addresses.map(({ host, port }) => ({ host, port })) };
});

type RedisAddress = Omit<RedisTarget, 'tls' | 'cluster'> & { secure: boolean };

function entry({ username, password, db, secure }: RedisAddress): string {
  return JSON.stringify([username, password, db, secure]);
}

/** A mistake is told as text, which repeats nothing of the address. */
function parseRedisUrl(text: string): RedisAddress | string {
  if (!URL.canParse(text)) return 'expected redis://[user:password@]host[:port][/db]';
  const url = new URL(text);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') {
    return 'expected a redis:// or rediss:// address';
  }
  if (!url.hostname) return 'the host is missing';
  if (!/^\/?\d{0,9}$/.test(url.pathname)) return 'the database must be a number';
  if (url.search || url.hash) return 'parameters are not read: write the database as /3';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    username: decodeCredential(url.username),
    password: decodeCredential(url.password),
    db: Number(url.pathname.slice(1)),
    secure: url.protocol === 'rediss:',
  };
}

/** A password with a stray `%` is taken as it stands. */
function decodeCredential(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const caFile = z.string().transform((path, context) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    context.addIssue(`the file ${path} cannot be read`);
    return z.NEVER;
  }
});

/** The variables of Redis: README.md. `REDIS_URL` may come from a file. */
export const redisVariables = {
  REDIS_URL: redisUrls.prefault('redis://127.0.0.1:6379'),
  REDIS_CLUSTER: z.enum(['true', 'false']).default('false'),
  REDIS_CA_FILE: caFile.optional(),
  REDACT_FIELDS: redactFields.optional(),
};

type RedisValues = z.infer<z.ZodObject<typeof redisVariables>>;

/** What is wrong only with several of them together. */
export function checkRedis(
  { REDIS_URL, REDIS_CLUSTER }: RedisValues,
  fail: (message: string, variable: string) => void,
): void {
  const { db, seeds } = REDIS_URL;
  if (REDIS_CLUSTER === 'true' && db !== 0) fail('a cluster has database 0 alone', 'REDIS_URL');
  if (REDIS_CLUSTER === 'false' && seeds.length > 1) {
    fail('several addresses are the nodes of a cluster: set REDIS_CLUSTER=true', 'REDIS_URL');
  }
}

export function redisTarget(values: RedisValues): RedisTarget {
  const { REDIS_URL, REDIS_CLUSTER, REDIS_CA_FILE, REDACT_FIELDS } = values;
  const { secure, seeds, ...address } = REDIS_URL;
  return {
    ...address,
    tls: secure ? { ca: REDIS_CA_FILE } : undefined,
    cluster: REDIS_CLUSTER === 'true' ? { seeds } : undefined,
    ...(REDACT_FIELDS && { redactFields: REDACT_FIELDS }),
  };
}
