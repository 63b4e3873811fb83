import type { CustomFetch } from 'openid-client';

/** A provider's answers are some KiB; one of many groups some hundred. */
const ANSWER_BYTES_MAX = 1024 * 1024;
/** Answers that may have no body. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Fetches what a provider answers, whole, up to a limit; the signal's end holds for the body too. */
export const boundedFetch: CustomFetch = async (url, options) => {
  // Next lays a cache over fetch.
  const answer = await fetch(url, { ...options, cache: 'no-store' } as RequestInit);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  const { status, statusText, headers } = answer;
  const body = BODILESS.has(status) ? null : Buffer.concat(chunks);
  return new Response(body, { status, statusText, headers });
};
