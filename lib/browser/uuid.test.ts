import { afterEach, expect, it, vi } from 'vitest';
import { randomUuid } from './uuid';

const VERSION_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

it('makes version 4 UUIDs', () => {
  expect(randomUuid()).toMatch(VERSION_4);
});

it('makes them without crypto.randomUUID as well', () => {
  const getRandomValues = crypto.getRandomValues.bind(crypto);
  vi.stubGlobal('crypto', { getRandomValues });
  const made = new Set(Array.from({ length: 100 }, randomUuid));
  expect(made.size).toBe(100);
  for (const uuid of made) expect(uuid).toMatch(VERSION_4);
});
