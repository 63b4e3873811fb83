import { hostname } from 'node:os';
import { z } from 'zod';
import type { AccessSettings } from '@/lib/model/access-settings';
import { BASE_PATH } from '@/lib/model/base-path';
import {
  ENVIRONMENT_COLOURS,
  ENVIRONMENT_NAME_CHARS_MAX,
  type Environment,
  environmentOf,
} from '@/lib/model/environment';
import { canonicalName } from '@/lib/model/name';
import { accessSettings, accessVariables, checkAccess } from './config-access';
import { checkLimits, integer, type Limits, limitsOf, limitVariables } from './config-limits';
import { checkRedis, type RedisTarget, redisTarget, redisVariables } from './config-redis';
import { SECRET_VARIABLES, withSecrets } from './secret-files';

export type { RedisTarget } from './config-redis';

/** The environment, parsed once. */
export interface Config extends Limits {
  host: string;
  port: number;
  /** Host names served besides loopback and `host`. */
  allowedHosts: string[];
  /** Who may come in and act. Holds secrets: never log it whole. */
  access: AccessSettings;
  redis: RedisTarget;
  /** Streams always shown, in this order; others are found by scanning. */
  streams: string[];
  /** Groups made at start, by stream. */
  bootstrapGroups: Record<string, string[]>;
  taskStream: string;
  eventStream: string;
  /** The dashboard's own consumer group on `eventStream`. */
  dashboardGroup: string;
  /** Its name in every consumer group it reads: the same after a restart, so that it finds its own. */
  consumer: string;
  /** `MAXLEN ~` of what the dashboard adds, in entries. */
  streamLengthMax: number;
  /** Time of Redis the sampling of streams may take, percent of one core. */
  samplerBudgetPercent: number;
  /** Most consumers `/metrics` lists, in all groups together; 0 for none. */
  metricsConsumersMax: number;
  history: {
    mode: 'redis' | 'memory' | 'off';
    /** Its keys in Redis begin with this; dashboards with the same prefix share one history. */
    keyPrefix: string;
    /** Streams recorded, the configured ones first. */
    streamsMax: number;
  };
  /** Whose sessions ended before their time, for other processes. */
  revokedStream: string;
  audit: {
    /** What operators did is written to this stream. */
    stream: string;
    /** `MAXLEN ~` of it, in records: an act has two. */
    lengthMax: number;
  };
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** What every page says this is; null where nobody named it. */
  environment: Environment | null;
  /** Whether `/design` is served. */
  showsDesign: boolean;
  production: boolean;
}

/** Groups the orchestrator's streams must have. */
const CONTRACT_GROUPS: Record<string, string[]> = {
  'shield:ingestion_queue': ['lightrag-workers', 'metrics-collector'],
  'shield:events': [
    'ag-ui-frontend',
    'dashboard-frontend',
    'metrics-collector',
    'power-ui-frontend',
  ],
};

/** Every mistake in the environment, in one message that names each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly mistakes: { variable: string; message: string }[]) {
    super(
      ['The configuration is wrong:', ...mistakes.map((m) => `  ${m.variable}: ${m.message}`)].join(
        '\n',
      ),
    );
  }
}

const percent = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3})?$/, 'expected a number from 0.01 to 100')
  .transform(Number)
  .refine((n) => n >= 0.01 && n <= 100, 'expected a number from 0.01 to 100');

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

const groupMap = z.record(z.string(), z.array(z.string().min(1)));

const bootstrapGroups = z.string().transform((text, context) => {
  if (text.trim() === 'false') return {};
  try {
    const parsed = groupMap.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: the same answer as for JSON of another shape.
  }
  context.addIssue('expected false or JSON such as {"<stream>": ["<group>"]}');
  return z.NEVER;
});

/** A stream that the dashboard writes for itself. */
const ownStream = z.string().max(512, 'expected at most 512 characters').transform(canonicalName);

const variables = z.object({
  ...accessVariables,
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(0, 65_535).default(3000),
  ALLOWED_HOSTS: list
    .refine(
      (hosts) => hosts.every((host) => /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(host)),
      'expected host names without a port, separated by commas',
    )
    .default([]),
  BASE_PATH: z.string().default(BASE_PATH),
  ...redisVariables,
  ...limitVariables,
  STREAMS: list.optional(),
  BOOTSTRAP_GROUPS: bootstrapGroups.optional(),
  TASK_STREAM: z.string().default('shield:ingestion_queue'),
  EVENT_STREAM: z.string().default('shield:events'),
  DASHBOARD_GROUP: z.string().default('dashboard-frontend'),
  CONSUMER_NAME: z.string().max(256, 'expected at most 256 characters').optional(),
  STREAM_MAXLEN: integer(1, 1_000_000_000).default(10_000),
  SAMPLER_BUDGET_PERCENT: percent.default(2),
  METRICS_CONSUMERS_MAX: integer(0, 100_000).default(0),
  HISTORY: z.enum(['redis', 'memory', 'off']).default('redis'),
  HISTORY_KEY_PREFIX: z
    .string()
    .max(128, 'expected at most 128 characters')
    .regex(
      /^[!-z|~]*(\{[!-z|~]+\})?[!-z|~]*$/,
      'expected visible ASCII characters, with at most one hash tag such as {history}',
    )
    .default('shield-dashboard:{history}'),
  HISTORY_STREAMS_MAX: integer(1, 500).default(32),
  AUDIT_STREAM: ownStream.prefault('shield-dashboard:audit'),
  REVOKED_STREAM: ownStream.prefault('shield-dashboard:revoked'),
  AUDIT_MAXLEN: integer(100, 100_000_000).default(20_000),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ENVIRONMENT_NAME: z
    .string()
    .trim()
    .max(ENVIRONMENT_NAME_CHARS_MAX, `expected at most ${ENVIRONMENT_NAME_CHARS_MAX} characters`)
    .regex(/^[\p{L}\p{N}\p{P}\p{S} ]*$/u, 'expected visible characters')
    .optional(),
  ENVIRONMENT_COLOUR: z
    .enum(
      ENVIRONMENT_COLOURS,
      `expected ${ENVIRONMENT_COLOURS.join(', ')}; red and amber mean trouble`,
    )
    .optional(),
  DESIGN_PAGE: z.enum(['true', 'false']).optional(),
  NODE_ENV: z.string().optional(),
});

/** Every variable an operator may set. */
export const VARIABLE_NAMES: readonly string[] = [
  // NODE_ENV comes with the command: `npm start` or `npm run dev`.
  ...Object.keys(variables.shape).filter((name) => name !== 'NODE_ENV'),
  ...SECRET_VARIABLES.map((name) => `${name}_FILE`),
];

/** What is wrong only with both of them: told once each by itself is right. */
const environment = variables.superRefine((values, context) => {
  const fail = (message: string, variable: string) =>
    context.addIssue({ code: 'custom', path: [variable], message });
  checkAccess(values, fail);
  const basePath = values.BASE_PATH.replace(/\/$/, '');
  if (basePath !== BASE_PATH) {
    fail(
      `other_base_path: this build is served at ${BASE_PATH || '/'}; ` +
        `for another path build it again: BASE_PATH=${basePath || '/'} npm run build`,
      'BASE_PATH',
    );
  }
  checkRedis(values, fail);
  checkLimits(values, fail);
  const { TASK_STREAM, EVENT_STREAM, AUDIT_STREAM, REVOKED_STREAM } = values;
  const others = [TASK_STREAM, EVENT_STREAM].map(canonicalName);
  if (others.includes(AUDIT_STREAM)) fail('it must be a stream of its own', 'AUDIT_STREAM');
  if ([...others, AUDIT_STREAM].includes(REVOKED_STREAM)) {
    fail('it must be a stream of its own', 'REVOKED_STREAM');
  }
  if (values.ENVIRONMENT_COLOUR && !values.ENVIRONMENT_NAME) {
    fail('a colour says nothing without ENVIRONMENT_NAME', 'ENVIRONMENT_COLOUR');
  }
});

/**
 * Parses the environment. An empty variable counts as unset; one that holds a secret may come from
 * a file (`REDIS_URL_FILE`). Throws `ConfigError` that lists every wrong variable; it never repeats a
 * value that may be secret.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const { given, mistakes } = withSecrets(env);
  const parsed = environment.safeParse(given);
  const wrong = (parsed.error?.issues ?? []).map((issue) => ({
    variable: String(issue.path[0] ?? 'environment'),
    message: issue.message,
  }));
  if (!parsed.success || mistakes.length > 0) throw new ConfigError([...mistakes, ...wrong]);
  const values = parsed.data;
  const streams = [...new Set(values.STREAMS ?? [values.TASK_STREAM, values.EVENT_STREAM])];
  return {
    host: values.HOST,
    port: values.PORT,
    allowedHosts: allowedHosts(values),
    access: accessSettings(values),
    redis: redisTarget(values),
    ...limitsOf(values),
    streams,
    bootstrapGroups: values.BOOTSTRAP_GROUPS ?? defaultGroups(streams),
    taskStream: values.TASK_STREAM,
    eventStream: values.EVENT_STREAM,
    dashboardGroup: values.DASHBOARD_GROUP,
    consumer: values.CONSUMER_NAME ?? defaultConsumer(values.PORT),
    streamLengthMax: values.STREAM_MAXLEN,
    samplerBudgetPercent: values.SAMPLER_BUDGET_PERCENT,
    metricsConsumersMax: values.METRICS_CONSUMERS_MAX,
    history: {
      mode: values.HISTORY,
      keyPrefix: values.HISTORY_KEY_PREFIX,
      streamsMax: values.HISTORY_STREAMS_MAX,
    },
    revokedStream: values.REVOKED_STREAM,
    audit: { stream: values.AUDIT_STREAM, lengthMax: values.AUDIT_MAXLEN },
    logLevel: values.LOG_LEVEL,
    environment: values.ENVIRONMENT_NAME
      ? environmentOf(values.ENVIRONMENT_NAME, values.ENVIRONMENT_COLOUR)
      : null,
    showsDesign: values.DESIGN_PAGE
      ? values.DESIGN_PAGE === 'true'
      : values.NODE_ENV === 'development',
    production: values.NODE_ENV !== 'development',
  };
}

/** Where browsers come is served without being named twice. */
function allowedHosts({ ALLOWED_HOSTS, PUBLIC_URL }: z.infer<typeof variables>): string[] {
  const hosts = ALLOWED_HOSTS.map((host) => host.toLowerCase());
  return PUBLIC_URL ? [...new Set([...hosts, new URL(PUBLIC_URL).hostname])] : hosts;
}

/** One instance is told from another by its address; one that listens anywhere, by its process. */
function defaultConsumer(port: number): string {
  return port === 0 ? consumerOfProcess() : `dashboard-${hostname()}-${port}`;
}

/** The contract's default: `<service>-<hostname>-<pid>`. */
export function consumerOfProcess(): string {
  return `dashboard-${hostname()}-${process.pid}`;
}

function defaultGroups(streams: string[]): Record<string, string[]> {
  return Object.fromEntries(
    streams.flatMap((stream) => {
      const groups = CONTRACT_GROUPS[stream];
      return groups ? [[stream, groups]] : [];
    }),
  );
}
