import { describe, expect, it } from 'vitest';
import { stripBasePath, underBasePath } from './base-path';

const PATHS = [
  ['/', '/shield'],
  ['/?range=1h', '/shield?range=1h'],
  ['/#streams', '/shield#streams'],
  ['/events?filter=type%3Aa', '/shield/events?filter=type%3Aa'],
  ['/streams/a%2Fb', '/shield/streams/a%2Fb'],
  ['/shield', '/shield/shield'],
] as const;

describe('a path under the base path', () => {
  it.each(PATHS)('asks for %s as %s, and reads it back', (path, asked) => {
    expect(underBasePath(path, '/shield')).toBe(asked);
    expect(stripBasePath(asked, '/shield')).toBe(path);
  });

  it.each([
    ['/shield/', '/'],
    ['/shield/?a=b', '/?a=b'],
    ['/shield//evil.example', '//evil.example'],
  ])('reads %s as %s', (asked, path) => expect(stripBasePath(asked, '/shield')).toBe(path));

  it.each(['/', '', '/shieldfoo', '/shiel', '/Shield/', '/x/shield', 'shield/', '/%73hield/'])(
    'does not take %j for one of this site',
    (asked) => expect(stripBasePath(asked, '/shield')).toBeNull(),
  );

  it.each(PATHS)('leaves %s as it is where there is none', (path) => {
    expect(underBasePath(path, '')).toBe(path);
    expect(stripBasePath(path, '')).toBe(path);
  });
});
