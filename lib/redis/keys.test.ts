import { describe, expect, it } from 'vitest';
import { nameToBytes } from '@/lib/model/name';
import { slotOfKey } from './cluster-slots';
import { fingerprint, HistoryKeys, idempotencyKey } from './keys';

describe('idempotencyKey', () => {
  it('lies in the slot of its stream', () => {
    const plain = ['shield:ingestion_queue', '{shield}:queue', 'a{b}c', 'größe', 'a{{b}c}'];
    const odd = ['a}b', 'a{b', 'a{}b', '}{', '{}', '{}a{b}', 'binary:_w==', 'binary:_3v-fQE='];
    for (const stream of [...plain, ...odd]) {
      const key = idempotencyKey(stream, 'k');
      expect(slotOfKey(key), stream).toBe(slotOfKey(nameToBytes(stream)));
      expect(idempotencyKey(stream, 'k')).toBe(key);
    }
  });

  it('is another for another stream of the same slot', () => {
    const names = ['a}', 'a}b', '{}a', '{}b'];
    expect(new Set(names.map((name) => idempotencyKey(name, 'k'))).size).toBe(names.length);
  });

  it('is of bounded length and differs by stream and by client key', () => {
    const keys = ['a', 'b', 'x'.repeat(10_000)].flatMap((key) => [
      idempotencyKey('s', key),
      idempotencyKey('t', key),
    ]);
    expect(new Set(keys).size).toBe(6);
    for (const key of keys)
      expect(key).toMatch(/^shield-dashboard:idempotency:\{.\}:[0-9a-f]{64}$/);
  });
});

describe('fingerprint', () => {
  it('is the SHA-256 of the text', () => {
    expect(fingerprint('')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(fingerprint('ß')).not.toBe(fingerprint('s'));
  });
});

describe('the keys of the history', () => {
  it('lie in one slot, whatever the prefix and the stream', () => {
    for (const prefix of ['shield-dashboard:{history}', 'mine', '{mine}']) {
      const keys = new HistoryKeys(prefix);
      const all = ['s', '{other}:s', 'x'.repeat(500)].map((stream) => keys.chunk(stream, '1s', 0));
      const tags = [keys.lease, keys.written, ...all].map(slotOfKey);
      expect(new Set(tags).size).toBe(1);
      expect(new Set(all).size).toBe(3);
      for (const key of all) expect(key.length).toBeLessThan(200);
    }
  });
});
