import { describe, expect, it } from 'vitest';
import { judgeAims } from './aims.mjs';

const nothing = {
  highest: Number.NaN,
  p99MsAt200: Number.NaN,
  cpuPerMillionAt200: Number.NaN,
  loneP99Ms: Number.NaN,
  memoryKb: Number.NaN,
};

/** @param {Record<string, Partial<import('./aims.mjs').Facts>>} measured */
function judged(measured) {
  return judgeAims((name) => ({ ...nothing, ...measured[name] }));
}

describe('judgeAims', () => {
  it('says reached or not, and by how much', () => {
    const [half] = judged({ raw: { highest: 8e6 }, route: { highest: 3e6 } });
    expect(half).toMatchObject({ of: 'route', limit: 4e6, ratio: 0.75, verdict: 'NOT reached' });
  });

  it('takes a time for better the shorter it is', () => {
    const aims = judged({ ws: { loneP99Ms: 5 } });
    const lone = aims.find(({ of, aim }) => of === 'ws' && aim.includes('alone'));
    expect(lone).toMatchObject({ ratio: 3, verdict: 'reached' });
  });

  it('does not judge what was not measured, nor against what was not', () => {
    const verdicts = judged({ route: { highest: 3e6 } }).map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['not measured']));
  });
});
