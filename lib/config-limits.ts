import { z } from 'zod';

export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `expected a number from ${min} to ${max}`);

/** The variables of what one may have of the process: docs/limits.md. */
export const limitVariables = {
  FEED_SUBSCRIBERS_MAX: integer(1, 1_000_000).default(10_000),
  FEED_SUBSCRIBERS_PER_ADDRESS_MAX: integer(1, 1_000_000).default(6_000),
  FEED_SUBSCRIBERS_PER_USER_MAX: integer(1, 1_000_000).default(200),
  FEED_STALLED_MS: integer(100, 3_600_000).default(120_000),
  SCANS_MAX: integer(1, 1_000).default(12),
  SCANS_PER_USER_MAX: integer(1, 1_000).default(6),
  WRITES_PER_MINUTE_PER_USER: integer(1, 1_000_000).default(1_200),
  WRITES_PER_MINUTE_PER_ADDRESS: integer(1, 1_000_000).default(2_400),
  HEADERS_TIMEOUT_MS: integer(100, 600_000).default(10_000),
  REQUEST_TIMEOUT_MS: integer(100, 3_600_000).default(30_000),
};

/** What one may have of the process. */
export interface Limits {
  feed: {
    /** Most live connections: in all, from one address, of one user. */
    subscribersMax: number;
    subscribersPerAddressMax: number;
    subscribersPerUserMax: number;
    /** A live connection that takes nothing for this long is cut, milliseconds. */
    stalledMs: number;
  };
  /** Most searches and downloads at once: in all, of one user. */
  scans: { max: number; perUserMax: number };
  /** Most requests a minute that change something: of one user, from one address. */
  writes: { perUser: number; perAddress: number };
  /** A client must have sent its headers, and its whole request, within these times. */
  requests: { headersMs: number; wholeMs: number };
}

type LimitValues = z.infer<z.ZodObject<typeof limitVariables>>;

/** What is wrong only with several of them together. */
export function checkLimits(
  { HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS }: LimitValues,
  fail: (message: string, variable: string) => void,
): void {
  if (HEADERS_TIMEOUT_MS > REQUEST_TIMEOUT_MS) {
    fail('headers are a part of the request: at most REQUEST_TIMEOUT_MS', 'HEADERS_TIMEOUT_MS');
  }
}

export function limitsOf(values: LimitValues): Limits {
  return {
    feed: {
      subscribersMax: values.FEED_SUBSCRIBERS_MAX,
      subscribersPerAddressMax: values.FEED_SUBSCRIBERS_PER_ADDRESS_MAX,
      subscribersPerUserMax: values.FEED_SUBSCRIBERS_PER_USER_MAX,
      stalledMs: values.FEED_STALLED_MS,
    },
    scans: { max: values.SCANS_MAX, perUserMax: values.SCANS_PER_USER_MAX },
    writes: {
      perUser: values.WRITES_PER_MINUTE_PER_USER,
      perAddress: values.WRITES_PER_MINUTE_PER_ADDRESS,
    },
    requests: { headersMs: values.HEADERS_TIMEOUT_MS, wholeMs: values.REQUEST_TIMEOUT_MS },
  };
}
