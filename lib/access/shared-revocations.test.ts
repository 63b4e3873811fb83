import { describe, expect, test } from 'vitest';
import type { Revocation } from '@/lib/model/revocation';
import { SharedRevocations } from './shared-revocations';

const ofUser = (owner: string): Revocation => ({ kind: 'owner', owner, beforeMs: 1 });

/** A store that is there or away, and a process on it. */
function start() {
  const store = { isUp: true, told: [] as Revocation[] };
  const heard: string[] = [];
  const learnt: Revocation[][] = [];
  const up = () => (store.isUp ? Promise.resolve() : Promise.reject(new Error('away')));
  const shared = new SharedRevocations(
    {
      add: async (revocation) => {
        await up();
        store.told.push(revocation);
      },
      readNew: async () => {
        await up();
        return [...store.told];
      },
    },
    (revocations) => learnt.push(revocations),
    { info: (_, message) => heard.push(message), warn: (_, message) => heard.push(message) },
  );
  return { store, heard, learnt, shared };
}

describe('SharedRevocations', () => {
  test('tell others, and learn what others told', async () => {
    const { store, shared, learnt } = start();
    shared.tell(ofUser('ann'));
    await shared.look();
    store.told.push(ofUser('bob'));
    await shared.look();
    expect(store.told).toEqual([ofUser('ann'), ofUser('bob')]);
    expect(learnt.at(-1)).toEqual(store.told);
  });

  test('keep what could not be told, say so once, and tell it in order afterwards', async () => {
    const { store, shared, heard } = start();
    store.isUp = false;
    shared.tell(ofUser('ann'));
    await shared.look();
    shared.tell(ofUser('bob'));
    await shared.look();
    expect(heard).toEqual([expect.stringContaining('this process alone')]);
    store.isUp = true;
    await shared.look();
    expect(store.told).toEqual([ofUser('ann'), ofUser('bob')]);
    expect(heard).toEqual([expect.anything(), expect.stringContaining('know again')]);
  });
});
