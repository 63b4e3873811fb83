import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { MixedSequencer } from './scripts/test/mixed-sequencer.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const outside = ['node_modules/**', '.next/**', 'dist/**', 'e2e/**'];

/** The tests on Redis and over HTTP wait more than they compute: one more than there are cores here. */
const waiting = {
  maxWorkers: Math.max(3, availableParallelism() - 1),
  // The unit tests have as many workers as there are cores to spare.
  sequence: { groupOrder: 1 },
  // A limit nobody should come near: on a busy machine some take most of a minute.
  testTimeout: 180_000,
  hookTimeout: 180_000,
};

/**
 * unit: pure, no Redis. redis: each file starts a redis-server of its own.
 * http: the built server on a Redis of its own (`npm run build` first).
 */
export default defineConfig({
  resolve: { alias: { '@': root.replace(/\/$/, '') } },
  test: {
    sequence: { sequencer: MixedSequencer },
    // Node 20.9 hangs where its other timers are faked too.
    fakeTimers: {
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Pure tests leave nothing behind: one process for many files, not one for each.
          isolate: false,
          // Property tests on a busy machine.
          testTimeout: 30_000,
          include: ['**/*.test.{ts,tsx,mjs}'],
          exclude: [...outside, '**/*.redis.test.*', '**/*.http.test.*'],
        },
      },
      {
        extends: true,
        test: {
          name: 'redis',
          include: ['**/*.redis.test.{ts,mjs}'],
          exclude: outside,
          ...waiting,
        },
      },
      {
        extends: true,
        test: {
          name: 'http',
          include: ['**/*.http.test.{ts,mjs}'],
          exclude: outside,
          ...waiting,
        },
      },
    ],
  },
});
