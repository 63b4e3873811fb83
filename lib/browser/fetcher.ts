import { underBasePath } from '@/lib/model/base-path';
import type { ProblemDetails } from '@/lib/model/errors';
import { UNATTENDED_HEADER } from '@/lib/model/unattended';
import { isAttended } from './attendance';
import { noteSignedOut } from './signed-out';

const ANSWER_MS_MAX = 10_000;

/** The dashboard answered with a problem, or, where `problem` is null, did not answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly problem: ProblemDetails | null,
    options?: ErrorOptions,
  ) {
    super(problem?.detail ?? 'The dashboard did not answer.', options);
    if (problem?.code === 'unauthenticated') noteSignedOut();
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
    return await fetch(underBasePath(url), {
      ...init,
      headers: {
        accept: 'application/json',
        ...(!isAttended() && { [UNATTENDED_HEADER]: '1' }),
        ...init.headers,
      },
      signal,
    });
  } catch (cause) {
    throw new RequestError(null, { cause });
  }
}

function isProblem(body: unknown): body is ProblemDetails {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/**
 * Reads lines of JSON as they come, those that came together at once. Throws `RequestError` where it
 * is refused or breaks off; ends with the signal.
 */
export async function streamLines<T>(
  url: string,
  signal: AbortSignal,
  onLines: (lines: T[]) => void,
): Promise<void> {
  try {
    const response = await fetch(underBasePath(url), { signal });
    if (!response.ok || response.body === null) {
      const body: unknown = await response.json().catch(() => null);
      throw new RequestError(isProblem(body) ? body : null);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      if (lines.length > 0) onLines(lines.map((line) => JSON.parse(line) as T));
    }
  } catch (cause) {
    throw cause instanceof RequestError ? cause : new RequestError(null, { cause });
  }
}
