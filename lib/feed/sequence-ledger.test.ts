import { describe, expect, it } from 'vitest';
import { SequenceLedger } from './sequence-ledger';

/** Ids `2-0`, `4-0`, … with sequences 10, 20, … */
function ledgerOf(count: number, idsMax?: number) {
  const ledger = new SequenceLedger(idsMax);
  for (let n = 1; n <= count; n++) ledger.note(`${2 * n}-0`, 10 * n);
  return ledger;
}

describe('SequenceLedger', () => {
  it('finds what was noted, and nothing between', () => {
    const ledger = ledgerOf(1_000);
    for (let n = 1; n <= 1_000; n++) expect(ledger.sequenceOf(`${2 * n}-0`)).toBe(10 * n);
    for (const id of ['0-0', '1-0', '3-0', '4-1', '2001-0']) {
      expect(ledger.sequenceOf(id)).toBeNull();
    }
    expect(new SequenceLedger().sequenceOf('1-0')).toBeNull();
  });

  it('forgets the oldest beyond its capacity', () => {
    const ledger = ledgerOf(1_000, 100);
    expect(ledger.sequenceOf('1800-0')).toBeNull();
    expect(ledger.sequenceOf('1802-0')).toBe(9_010);
    ledger.limit(10);
    expect(ledger.sequenceOf('1980-0')).toBeNull();
    expect(ledger.sequenceOf('1982-0')).toBe(9_910);
    ledger.clear();
    expect(ledger.sequenceOf('2000-0')).toBeNull();
  });

  it('takes the newest word on one id', () => {
    const ledger = ledgerOf(3);
    ledger.note('6-0', 31);
    expect(ledger.sequenceOf('6-0')).toBe(31);
  });
});
