import { describe, expect, it } from 'vitest';
import { sitePath } from './site-path';

describe('sitePath', () => {
  it.each(['/', '/events?filter=type%3Aa', '/streams/shield%3Aevents?entry=1-0', '/jobs'])(
    'goes to %s',
    (path) => expect(sitePath(path)).toBe(path),
  );

  it.each([
    ...['//evil.example', '/\\evil.example', '\\\\evil.example', 'https://evil.example', 'evil'],
    ...['/\t/evil.example', '/\n/evil.example', ' //evil.example', '/.//evil.example'],
    ...['/x/..//evil.example', 'javascript:alert(1)', '', null, undefined, `/${'x'.repeat(3_000)}`],
    ...['/sign-in', '/sign-in?next=/', '/api/tasks', '/x/../api/tasks'],
  ])('goes home instead of %j', (path) => expect(sitePath(path)).toBe('/'));
});
