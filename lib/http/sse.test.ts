import { describe, expect, it } from 'vitest';
import type { FeedMessage } from '@/lib/model/feed-message';
import { SSE_HEADERS, sseBytes, sseFrame, sseGoodbye } from './sse';

const message = (n: number): FeedMessage => ({ event: 'e', id: `${n}-0`, data: `{"n":${n}}` });

describe('sseFrame', () => {
  it('is id, event and data, each a line, and an empty line', () => {
    expect(sseFrame(message(7))).toBe('id: 7-0\nevent: e\ndata: {"n":7}\n\n');
  });

  it('has no id on messages of the dashboard, so that nobody takes one for an entry', () => {
    expect(sseFrame({ event: 'dashboard.status', data: '{}' })).toBe(
      'event: dashboard.status\ndata: {}\n\n',
    );
  });

  it('tells where to resume in a block that is no message', () => {
    expect(sseFrame({ event: 'dashboard.hello', resume: '5-0', data: '{}' })).toBe(
      'event: dashboard.hello\ndata: {}\n\nid: 5-0\n\n',
    );
  });
});

describe('sseBytes', () => {
  it('are the frames of a batch, the same bytes for everybody', () => {
    const batch = [message(1), message(2)];
    const bytes = sseBytes(batch);
    expect(new TextDecoder().decode(bytes)).toBe(sseFrame(message(1)) + sseFrame(message(2)));
    expect(sseBytes(batch)).toBe(bytes);
    expect(sseBytes([message(1), message(2)])).not.toBe(bytes);
  });
});

describe('sseGoodbye', () => {
  it('says why, and when to come back: two to ten seconds from now', () => {
    const text = (random: number) => sseGoodbye('stalled', () => random).toString();
    expect(text(0)).toBe('retry: 2000\n: stalled\n\n');
    expect(text(0.5)).toBe('retry: 6000\n: stalled\n\n');
    expect(sseGoodbye('stopping').toString()).toMatch(/^retry: \d{4,5}\n: stopping\n\n$/);
  });
});

describe('SSE_HEADERS', () => {
  it('keep proxies and compression from holding messages back', () => {
    expect(SSE_HEADERS['content-type']).toMatch(/^text\/event-stream/);
    expect(SSE_HEADERS['cache-control']).toContain('no-transform');
    expect(SSE_HEADERS['x-accel-buffering']).toBe('no');
  });
});
