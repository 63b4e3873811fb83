import { DashboardError } from '@/lib/model/errors';

/** Largest request body that is read, bytes: the longest content, every character escaped. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Reads a JSON body up to the limit. Throws `body_too_large` and `invalid_request`. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new DashboardError('body_too_large', `The body is over ${BODY_BYTES_MAX} bytes.`);
    }
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return JSON.parse(text) as unknown;
  } catch {
    throw new DashboardError('invalid_request', 'The body is not valid JSON in UTF-8.');
  }
}
