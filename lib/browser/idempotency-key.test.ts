import { expect, it } from 'vitest';
import { IdempotencyKey } from './idempotency-key';

it('stays for a retry, and changes after an edit or a success', () => {
  let made = 0;
  const key = new IdempotencyKey(() => String(++made));
  expect(key.for('a')).toBe('1');
  expect(key.for('a')).toBe('1');
  expect(key.for('b')).toBe('2');
  key.spend();
  expect(key.for('b')).toBe('3');
});
