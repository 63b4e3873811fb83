import { expect, it } from 'vitest';
import { LookedAt } from './looked-at';

it('keeps what was asked for by name for a while, and no more groups than it can serve', () => {
  const lookedAt = new LookedAt();
  lookedAt.look('s', null, 0);
  lookedAt.look('t', 'g', 5_000);
  expect([lookedAt.has('s'), lookedAt.groupsOf('s'), lookedAt.groupsOf('t')]).toEqual([
    true,
    [],
    ['g'],
  ]);
  lookedAt.expire(15_000);
  expect([lookedAt.has('s'), lookedAt.has('t'), lookedAt.groupsOf('t')]).toEqual([
    false,
    true,
    ['g'],
  ]);
  for (let n = 0; n < 40; n++) lookedAt.look('many', `g${n}`, 16_000 + n);
  expect(lookedAt.groupsOf('many')).toHaveLength(32);
  expect(lookedAt.groupsOf('many')).toContain('g39');
  lookedAt.expire(60_000);
  expect([lookedAt.has('many'), lookedAt.groupsOf('many')]).toEqual([false, []]);
});
