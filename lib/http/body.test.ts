import { describe, expect, it } from 'vitest';
import { DashboardError } from '@/lib/model/errors';
import { BODY_BYTES_MAX, readJsonBody } from './body';

const requestOf = (body: RequestInit['body']) =>
  new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit);

const codeOf = (body: RequestInit['body']) =>
  readJsonBody(requestOf(body)).catch((error: unknown) =>
    error instanceof DashboardError ? error.code : error,
  );

describe('readJsonBody', () => {
  it('reads JSON that comes in pieces, between the bytes of a character too', async () => {
    const bytes = new TextEncoder().encode('{"a":["é€😀"]}');
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await readJsonBody(requestOf(pieces))).toEqual({ a: ['é€😀'] });
  });

  it('reads up to the limit and refuses a byte more', async () => {
    const fill = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    expect(await readJsonBody(requestOf(fill(BODY_BYTES_MAX)))).toHaveLength(BODY_BYTES_MAX - 2);
    expect(await codeOf(fill(BODY_BYTES_MAX + 1))).toBe('body_too_large');
  });

  it('stops reading a body without end', async () => {
    let sent = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 64 * 1024;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
      cancel() {
        cancelled = true;
      },
    });
    expect(await codeOf(endless)).toBe('body_too_large');
    expect(sent).toBeLessThan(2 * BODY_BYTES_MAX);
    expect(cancelled).toBe(true);
  });

  it.each([
    ['nothing', null],
    ['no text', ''],
    ['no JSON', '{"a":'],
    ['two values', '{} {}'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('refuses %s', async (_what, body) => {
    expect(await codeOf(body)).toBe('invalid_request');
  });
});
