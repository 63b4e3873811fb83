import {
  DashboardError,
  ERROR_CODES,
  type ErrorCode,
  type ProblemDetails,
} from '@/lib/model/errors';

/** Names each code as a URI; docs/errors.md explains it. */
const TYPE_PREFIX = 'urn:shield-dashboard:error:';
/** Seconds a client should wait before it tries again, where trying again may help. */
const RETRY_AFTER_S: Partial<Record<ErrorCode, number>> = {
  redis_unreachable: 2,
  redis_loading: 2,
  redis_read_only: 5,
  redis_cluster_down: 2,
  redis_slot_moving: 2,
  redis_timeout: 2,
  address_limit: 10,
  user_limit: 10,
  subscriber_limit: 10,
  stream_limit: 10,
  scan_limit: 10,
  audit_unavailable: 5,
  stopping: 5,
};

/** An error as a client gets it. What is not a `DashboardError` is told as `internal` only. */
export function toProblem(error: unknown, requestId: string | null): ProblemDetails {
  const code = error instanceof DashboardError ? error.code : 'internal';
  const { status, title } = ERROR_CODES[code];
  return {
    type: `${TYPE_PREFIX}${code}`,
    title,
    status,
    detail:
      error instanceof DashboardError
        ? error.message
        : 'Something failed in the dashboard; its log has this request id.',
    code,
    ...(requestId === null ? {} : { request_id: requestId }),
    ...(error instanceof DashboardError ? detailsOf(error) : {}),
  };
}

function detailsOf({ details: { errors, retryAfterS } }: DashboardError) {
  return {
    ...(retryAfterS === undefined ? {} : { retry_after_s: retryAfterS }),
    ...(errors ? { errors } : {}),
  };
}

/** Headers that go with a problem; `retryAfterS` where it says itself how long to wait. */
export function problemHeaders(code: ErrorCode, retryAfterS?: number): Record<string, string> {
  const retryAfter = retryAfterS ?? RETRY_AFTER_S[code];
  return {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    // RFC 9110: a 401 says how one may come in.
    ...(ERROR_CODES[code].status === 401
      ? { 'www-authenticate': 'Bearer realm="shield-dashboard"' }
      : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  };
}
