import { createHash } from 'node:crypto';

/** Every key the dashboard itself writes begins with this. */
const PREFIX = 'shield-dashboard';

/**
 * Where the answer to an `Idempotency-Key` is kept. The stream stands in a hash tag so that the
 * key lies in the stream's cluster slot; the client's key is hashed, so its size is bounded.
 */
export function idempotencyKey(stream: string, clientKey: string): string {
  const tag = stream.includes('{') ? stream : `{${stream}}`;
  return `${PREFIX}:idempotency:${tag}:${fingerprint(clientKey)}`;
}

/** SHA-256 as hex: tells two requests apart without keeping them. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
