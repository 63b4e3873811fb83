import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const outside = ['node_modules/**', '.next/**', 'dist/**', 'e2e/**'];

/**
 * unit: pure, no Redis. redis: each file starts a redis-server of its own.
 * http: the built server on a Redis of its own (`npm run build` first).
 */
export default defineConfig({
  resolve: { alias: { '@': root.replace(/\/$/, '') } },
  test: {
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
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'http',
          include: ['**/*.http.test.{ts,mjs}'],
          exclude: outside,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
