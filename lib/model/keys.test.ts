import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KEY_BINDINGS, KEY_IDS, type KeyPress, keyLabels, pressedKey } from './keys';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...held,
});

describe('a key that is pressed', () => {
  it('is told by its letter alone, whatever Shift does', () => {
    expect(pressedKey(press('?', { shiftKey: true }), KEY_IDS)).toBe('keys');
    expect(pressedKey(press('/'), KEY_IDS)).toBe('filter');
    expect(pressedKey(press('x'), KEY_IDS)).toBeNull();
  });

  it('with Ctrl or ⌘ is another key', () => {
    expect(pressedKey(press('k', { ctrlKey: true }), KEY_IDS)).toBe('palette');
    expect(pressedKey(press('K', { metaKey: true }), KEY_IDS)).toBe('palette');
    expect(pressedKey(press('k'), ['palette'])).toBeNull();
    expect(pressedKey(press('/', { ctrlKey: true }), KEY_IDS)).toBeNull();
    expect(pressedKey(press('k', { ctrlKey: true, altKey: true }), KEY_IDS)).toBeNull();
    expect(pressedKey(press('K', { ctrlKey: true, shiftKey: true }), KEY_IDS)).toBeNull();
  });

  it('is looked for among those that a place listens for', () => {
    expect(pressedKey(press('End'), ['newest-row'])).toBe('newest-row');
    expect(pressedKey(press('End'), ['chart-first', 'chart-last'])).toBe('chart-last');
    expect(pressedKey(press('ArrowDown'), ['chart-later', 'chart-earlier'])).toBe('chart-earlier');
  });
});

it('is written as it stands on the keyboard', () => {
  expect(keyLabels('Mod+k', false)).toEqual(['Ctrl', 'K']);
  expect(keyLabels('Mod+k', true)).toEqual(['⌘', 'K']);
  expect(keyLabels(' ', false)).toEqual(['Space']);
  expect(keyLabels('?', false)).toEqual(['?']);
});

describe('the list and what the pages do cannot part', () => {
  const root = join(import.meta.dirname, '..', '..');
  const sources = ['components', 'lib/browser', 'app']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
        .map((name) => join(folder, name)),
    )
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

  it('no part of a page asks for a key but through the list', () => {
    const asking = sources.filter(({ text }) => /\bevent\.(key|code|keyCode|which)\b/.test(text));
    const listening = sources.filter(({ text }) => /['"]key(down|up|press)['"]/.test(text));
    expect(asking.map(({ path }) => path)).toEqual([]);
    expect(listening.map(({ path }) => path)).toEqual([join('lib', 'browser', 'page-keys.ts')]);
  });

  it.each(KEY_IDS)('%s is listened for', (id) => {
    const listens = sources.some(
      ({ text }) => /usePageKey|pressedKey/.test(text) && text.includes(`'${id}'`),
    );
    expect(listens, KEY_BINDINGS[id].does).toBe(true);
  });
});
