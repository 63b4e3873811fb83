import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrderOfIds, type TailMessage, toTailMessage } from './tail-message';

const streams = ['a', 'b'];

describe('toTailMessage', () => {
  it('takes an entry out of what the feed of several streams sends, its data as it was written', () => {
    const data = fc.constantFrom(
      '{}',
      '{"data": 1.0}',
      '{"id":"\\"data\\":"}',
      '[12345678901234567890]',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), data, (stream, data) => {
        const sent = `{"stream":${JSON.stringify(stream)},"id":"5-1","data":${data}}`;
        expect(toTailMessage({ event: 'x', id: 'cursor', data: sent }, streams)).toEqual({
          stream,
          message: { event: 'x', id: '5-1', data },
        });
      }),
    );
    const tricky = {
      event: 'x',
      id: 'c',
      data: '{"stream":"\\"data\\":","id":"1-0","data":{"data":1.0}}',
    };
    expect(toTailMessage(tricky, streams)).toMatchObject({
      stream: '"data":',
      message: { data: '{"data":1.0}' },
    });
  });

  it('tells of which stream the dashboard’s own are, and which are of none', () => {
    const gap = { event: 'dashboard.gap', data: '{"stream":"b","before":"1-0"}' };
    expect(toTailMessage(gap, streams)).toEqual({ stream: 'b', message: gap });
    const status = { event: 'dashboard.status', data: '{"redis":"down"}' };
    expect(toTailMessage(status, streams)).toEqual({ stream: null, message: status });
    expect(toTailMessage(status, ['a'])).toEqual({ stream: 'a', message: status });
  });

  it('leaves out what it cannot read', () => {
    for (const data of ['', '{}', 'null', '{"stream":1,"id":"1-0","data":{}}', '"data":']) {
      expect(toTailMessage({ event: 'x', id: 'c', data }, streams)).toBeNull();
    }
  });
});

describe('inOrderOfIds', () => {
  const entry = (stream: string, n: number): TailMessage => ({
    stream,
    message: { event: 'x', id: `${n}-0`, data: `${stream}${n}` },
  });
  const own = (stream: string | null, data: string): TailMessage => ({
    stream,
    message: { event: 'dashboard.reset', data },
  });
  const told = (messages: readonly TailMessage[]) => messages.map(({ message }) => message.data);

  it('puts the streams together by id, and each notice where its stream had got to', () => {
    const messages = [
      entry('a', 5),
      own('a', 'gap'),
      entry('a', 9),
      entry('b', 6),
      own(null, 'up'),
    ];
    expect(told(inOrderOfIds(messages))).toEqual(['a5', 'gap', 'b6', 'up', 'a9']);
    expect(
      told(inOrderOfIds([entry('a', 9), own('a', 'reset'), entry('a', 1), entry('b', 3)])),
    ).toEqual(['b3', 'a9', 'reset', 'a1']);
  });

  it('keeps the order of each stream, whatever comes', () => {
    const message = fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b'), fc.nat(9)).map(([stream, n]) => entry(stream, n)),
      fc.constantFrom('a', 'b', null).map((stream) => own(stream, 'own')),
    );
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const ordered = inOrderOfIds(messages);
        expect(ordered).toHaveLength(messages.length);
        for (const stream of ['a', 'b']) {
          const of = (list: readonly TailMessage[]) => list.filter((one) => one.stream === stream);
          expect(of(ordered)).toEqual(of(messages));
        }
      }),
    );
  });
});
