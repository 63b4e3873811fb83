/**
 * Everything that can go wrong and be told to a client: one code each, with the HTTP status
 * it becomes and a title. docs/errors.md has a row for each; a test fails when they part.
 */
export const ERROR_CODES = {
  invalid_request: { status: 400, title: 'The request is malformed' },
  invalid_filter: { status: 400, title: 'The filter is malformed' },
  invalid_entry_id: { status: 400, title: 'Not an entry id' },
  too_many_streams: { status: 400, title: 'Too many streams in one live feed' },
  oidc_state: { status: 400, title: 'This sign-in was not begun in this browser' },
  oidc_expired: { status: 400, title: 'The sign-in took too long' },
  oidc_replayed: { status: 400, title: 'This sign-in is over already' },
  unauthenticated: { status: 401, title: 'Nobody is signed in' },
  wrong_credentials: { status: 401, title: 'The name or the password is wrong' },
  oidc_denied: { status: 403, title: 'The identity provider let nobody in' },
  oidc_no_role: { status: 403, title: 'This account has no role here' },
  oidc_no_streams: { status: 403, title: 'This account’s streams are not known' },
  forbidden: { status: 403, title: 'Your role may not do this' },
  read_only: { status: 403, title: 'Nothing is written here' },
  foreign_origin: { status: 403, title: 'The request comes from another site' },
  foreign_host: { status: 403, title: 'This host name is not served here' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  not_found: { status: 404, title: 'Nothing is here' },
  stream_not_found: { status: 404, title: 'No such stream' },
  group_not_found: { status: 404, title: 'No such consumer group' },
  not_counted: { status: 404, title: 'The events of this stream are not counted' },
  entry_not_found: { status: 404, title: 'No such entry' },
  job_not_found: { status: 404, title: 'No such job' },
  wrong_type: { status: 409, title: 'The key holds something other than a stream' },
  body_too_large: { status: 413, title: 'The body is too large' },
  url_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  method_not_allowed: { status: 405, title: 'This method is not answered here' },
  upgrade_required: { status: 426, title: 'This endpoint speaks WebSocket' },
  invalid_task: { status: 422, title: 'The task has wrong fields' },
  idempotency_key_reused: { status: 422, title: 'The key was used for another request' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  address_limit: { status: 429, title: 'Too many live connections from this address' },
  user_limit: { status: 429, title: 'Too many open connections of this user' },
  write_limit: { status: 429, title: 'Too many changes in a minute' },
  sign_in_limit: { status: 429, title: 'Too many sign-ins' },
  internal: { status: 500, title: 'Something failed in the dashboard' },
  oidc_invalid: { status: 502, title: 'The identity provider’s answer could not be trusted' },
  oidc_clock: { status: 502, title: 'The identity provider’s clock and ours disagree' },
  oidc_rejected: { status: 502, title: 'The identity provider refuses this dashboard' },
  redis_protocol: { status: 502, title: 'Redis gave an answer that was not understood' },
  oidc_unreachable: { status: 503, title: 'The identity provider cannot be reached' },
  redis_unreachable: { status: 503, title: 'Redis cannot be reached' },
  redis_loading: { status: 503, title: 'Redis is loading its data' },
  redis_auth_failed: { status: 503, title: 'Redis refuses the credentials' },
  redis_permission_denied: { status: 503, title: 'The Redis user lacks a right' },
  redis_read_only: { status: 503, title: 'This Redis is a read-only replica' },
  redis_refuses_writes: { status: 503, title: 'Redis refuses writes' },
  redis_is_cluster: { status: 503, title: 'This Redis is a node of a cluster' },
  redis_not_cluster: { status: 503, title: 'This Redis is no cluster' },
  redis_cluster_down: { status: 503, title: 'The Redis Cluster is down' },
  redis_slot_moving: { status: 503, title: 'The Redis Cluster is moving these keys' },
  redis_error: { status: 503, title: 'Redis answered with an error' },
  subscriber_limit: { status: 503, title: 'Too many live connections' },
  stream_limit: { status: 503, title: 'Too many streams are being followed' },
  scan_limit: { status: 503, title: 'Too many searches and downloads at once' },
  audit_unavailable: { status: 503, title: 'The act cannot be recorded' },
  stopping: { status: 503, title: 'The dashboard is stopping' },
  redis_timeout: { status: 504, title: 'Redis did not answer in time' },
  outcome_unknown: { status: 504, title: 'It is not known whether Redis did it' },
  redis_out_of_memory: { status: 507, title: 'Redis refuses writes for lack of memory' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One wrong field of a request: where (`metadata.owner`) and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
  /** Where in the field's text, from `start` up to `end` in UTF-16 units, where that is known. */
  start?: number;
  end?: number;
}

const BRAND = Symbol.for('shield-dashboard.error');

/** An error with a code a client can act on. `message` is shown to people and holds no secret. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError';
  readonly [BRAND] = true;

  /** `server.ts` and the routes are bundled apart: each knows the other's errors by the brand. */
  static override [Symbol.hasInstance](value: unknown): value is DashboardError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** `retryAfterS`: when it is worth trying again, where that is known. */
    readonly details: { errors?: FieldError[]; cause?: unknown; retryAfterS?: number } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
  }
}

/** Whether it is an error of one of these codes. */
export function hasErrorCode<Code extends ErrorCode>(
  error: unknown,
  ...codes: Code[]
): error is DashboardError & { code: Code } {
  return error instanceof DashboardError && codes.some((code) => code === error.code);
}

/** Whether it says something of one key alone: others may well be read. */
export function isKeyError(error: unknown): error is DashboardError {
  return hasErrorCode(error, 'wrong_type', 'redis_permission_denied');
}

/** An error as the HTTP API answers it: RFC 9457 with a stable `code`. */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id?: string;
  /** Seconds to wait, where that is known; the header `Retry-After` has them too. */
  retry_after_s?: number;
  errors?: FieldError[];
}
