import type { ProblemDetails } from '@/lib/model/errors';

const ANSWER_MS_MAX = 10_000;

/** The dashboard answered with a problem, or, where `problem` is null, did not answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly problem: ProblemDetails | null,
    options?: ErrorOptions,
  ) {
    super(problem?.detail ?? 'The dashboard did not answer.', options);
  }
}

/** Asks our own API. Throws `RequestError` for every answer but a good one. */
export async function fetchJson<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await answerOf(url, init);
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  throw new RequestError(isProblem(body) ? body : null);
}

async function answerOf(url: string, init: RequestInit = {}): Promise<Response> {
  const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
  const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout;
  try {
    return await fetch(url, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      signal,
    });
  } catch (cause) {
    throw new RequestError(null, { cause });
  }
}

function isProblem(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
