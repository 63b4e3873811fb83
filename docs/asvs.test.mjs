import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${root}/docs/asvs.md`, 'utf8');
/** `file`: the test's name, in the last column; without a name the whole file. */
const named = [...page.matchAll(/\| `([^`|]+\.(?:test|spec)\.[a-z]+)`: ?([^|]*?) \|$/gm)].map(
  ([, file = '', name = '']) => ({ file, name }),
);

describe('the answers to ASVS', () => {
  it('name tests, and each answer of “Yes” but for what is not there has one', () => {
    expect(named.length).toBeGreaterThan(40);
    const unshown = page
      .split('\n')
      .filter((line) => /\| Yes\b/.test(line) && !line.includes('there are none'))
      .filter((line) => !/\.(test|spec)\./.test(line));
    expect(unshown).toEqual([]);
  });

  it.each(named)('$file has “$name”', ({ file, name }) => {
    expect(existsSync(`${root}/${file}`)).toBe(true);
    expect(readFileSync(`${root}/${file}`, 'utf8')).toContain(name);
  });
});
