import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEntryIds } from '@/lib/model/entry-id';
import { EntryLog, type LoggedMessage } from './entry-log';

const message = (n: number, chars = 1): LoggedMessage => ({
  event: 'e',
  id: `${n}-0`,
  data: 'x'.repeat(chars),
});
const idsAfter = (log: EntryLog, id: string, max = 1_000) => log.after(id, max).map((m) => m.id);

describe('a log', () => {
  it('holds what a plain list would, within its capacity', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 }) },
      { weight: 1, arbitrary: fc.constant('hole' as const) },
      { weight: 1, arbitrary: fc.constant('reset' as const) },
    );
    const capacity = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 100 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), capacity, (steps, [entriesMax, charsMax]) => {
        const log = new EntryLog(entriesMax, charsMax);
        log.startAfter('0-0', 0);
        /** Everything after the last new beginning, and how much was added before it. */
        let all: LoggedMessage[] = [];
        let before = 0;
        let next = 1;
        for (const action of steps) {
          if (action === 'reset') {
            log.reset();
            [all, before, next] = [[], 0, 1];
          } else if (action === 'hole') {
            before += all.length + 5;
            next += 5;
            all = [];
            log.startAfter(`${next - 1}-0`, before);
          } else {
            const messages = action.map((chars) => message(next++, chars));
            all.push(...messages);
            log.append(messages);
          }
          const held = all.filter(({ id }) => compareEntryIds(id, log.floorId) > 0);
          expect(idsAfter(log, log.floorId)).toEqual(held.map(({ id }) => id));
          expect(held).toEqual(all.slice(all.length - held.length));
          expect(held.length).toBeLessThanOrEqual(entriesMax);
          const chars = held.reduce((sum, { data }) => sum + data.length, 0);
          expect(chars <= charsMax || held.length === 1).toBe(true);
          const last = all.at(-1)?.id;
          if (last !== undefined) expect(log.headId).toBe(last);
          expect(log.headSequence).toBe(before + all.length);
          for (const [at, { id }] of all.entries()) {
            const covered = compareEntryIds(id, log.floorId) >= 0;
            expect(log.covers(id)).toBe(covered);
            if (covered) {
              expect(log.sequenceOf(id)).toBe(before + at + 1);
              expect(idsAfter(log, id, 3)).toEqual(all.slice(at + 1, at + 4).map((m) => m.id));
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('covers nothing before it knows where the stream stands, nor what lies past its head', () => {
    const log = new EntryLog();
    expect(log.ready).toBe(false);
    expect(log.covers('5-0')).toBe(false);
    log.startAfter('3-0', null);
    expect([log.covers('2-9'), log.covers('3-0'), log.covers('3-1')]).toEqual([false, true, false]);
  });

  it('keeps one message however large, and finds what stands between ids it never held', () => {
    const log = new EntryLog(10, 100);
    log.startAfter('0-0', 0);
    log.append([message(1), message(3, 500)]);
    expect(idsAfter(log, log.floorId)).toEqual(['3-0']);
    expect(idsAfter(log, '2-5')).toEqual(['3-0']);
    expect(idsAfter(log, '9-0')).toEqual([]);
  });

  it('counts from what Redis says, and does not guess where it says nothing', () => {
    const log = new EntryLog();
    log.startAfter('5-0', null);
    log.append([message(6)]);
    expect(log.sequenceOf('6-0')).toBeNull();
    log.correctSequence(40);
    expect([log.sequenceOf('5-0'), log.sequenceOf('6-0')]).toEqual([39, 40]);
    expect(log.sequenceOf('9-0')).toBeNull();
  });

  it('knows how much there was up to entries it let go, and before holes', () => {
    const log = new EntryLog(10);
    log.startAfter('0-0', 0);
    for (let n = 1; n <= 150; n++) {
      log.append([message(n * 10), message(n * 10 + 1)]);
      log.startAfter(`${n * 10 + 5}-0`, n * 10);
    }
    expect(log.sequenceOf('1500-0')).toBe(1_491);
    expect(log.sequenceOf('1501-0')).toBe(1_492);
    expect(log.sequenceOf('20-0')).toBe(11);
    expect(log.sequenceOf('22-0')).toBeNull();
    log.reset();
    expect(log.sequenceOf('1500-0')).toBeNull();
  });

  it('starts over in a new epoch, with nothing left of the old', () => {
    const log = new EntryLog();
    log.startAfter('5-0', 5);
    log.append([message(6)]);
    log.reset();
    expect(log).toMatchObject({ epoch: 1, headId: '0-0', floorId: '0-0', headSequence: 0 });
    expect(idsAfter(log, '0-0')).toEqual([]);
    log.append([message(2)]);
    expect(idsAfter(log, '0-0')).toEqual(['2-0']);
  });

  it('wakes those who watch at every change, until they watch no more', () => {
    const log = new EntryLog();
    let woken = 0;
    const forget = log.onChange(() => woken++);
    log.startAfter('0-0', 0);
    log.append([message(1)]);
    log.announce();
    log.reset();
    expect(woken).toBe(4);
    forget();
    log.append([message(1)]);
    expect(woken).toBe(4);
  });
});
