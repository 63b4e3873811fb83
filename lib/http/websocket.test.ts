import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toFeedMessage } from '@/lib/model/event';
import { websocketText } from './websocket';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('websocketText', () => {
  it('is one JSON object with the data inside, as it was written', () => {
    const data = '{"n":12345678901234567890}';
    expect(websocketText({ event: 'a', id: '1-0', data })).toBe(
      '{"id":"1-0","event":"a","data":{"n":12345678901234567890}}',
    );
    expect(websocketText({ event: 'dashboard.hello', data: '{}' })).toBe(
      '{"event":"dashboard.hello","data":{}}',
    );
  });

  it('parses, whatever an entry holds', () => {
    const name = fc.constantFrom('type', 'data', 'job_id', '"}').map(utf8);
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.string({ unit: 'binary' }).map(utf8),
      fc.json().map(utf8),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 5 }), (fields) => {
        const message = toFeedMessage({ id: '1-0', fields });
        expect(JSON.parse(websocketText(message))).toEqual({
          id: '1-0',
          event: message.event,
          data: JSON.parse(message.data),
        });
      }),
    );
  });
});
