/** A key, or one of several, and what it does where. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` gives them; `Mod+` is Ctrl, or ⌘ on a Mac. */
  keys: readonly [string, ...string[]];
  where: 'Everywhere' | 'Go to' | 'Live' | 'Streams' | 'An entry' | 'A filter' | 'A chart';
  does: string;
}

/**
 * Every key the pages listen for, and the only way to listen for one: `usePageKey` for the page,
 * `pressedKey` inside one part of it. The list that `?` opens is this one.
 */
export const KEY_BINDINGS = {
  palette: { keys: ['Mod+k'], where: 'Everywhere', does: 'Go anywhere, or do something' },
  keys: { keys: ['?'], where: 'Everywhere', does: 'List the keys' },
  'palette-next': { keys: ['ArrowDown'], where: 'Go to', does: 'To the one below' },
  'palette-previous': { keys: ['ArrowUp'], where: 'Go to', does: 'To the one above' },
  'palette-choose': { keys: ['Enter'], where: 'Go to', does: 'Go there, or do it' },
  'palette-into': { keys: ['Tab'], where: 'Go to', does: 'Into a group: its consumers' },
  'palette-out': { keys: ['Backspace'], where: 'Go to', does: 'Out of the group again' },
  filter: { keys: ['/'], where: 'A filter', does: 'Write in the filter' },
  rename: { keys: ['Enter'], where: 'A filter', does: 'Keep the new name of a saved filter' },
  pause: { keys: [' '], where: 'Live', does: 'Pause, or follow the newest again' },
  'older-row': { keys: ['ArrowUp'], where: 'Live', does: 'To the row before, and hold still' },
  'newer-row': { keys: ['ArrowDown'], where: 'Live', does: 'To the row after' },
  'newest-row': { keys: ['End'], where: 'Live', does: 'Back to the newest' },
  'stream-next': { keys: ['ArrowDown'], where: 'Streams', does: 'To the stream below' },
  'stream-previous': { keys: ['ArrowUp'], where: 'Streams', does: 'To the stream above' },
  'stream-alone': { keys: ['Enter'], where: 'Streams', does: 'Show that stream alone' },
  'streams-close': { keys: ['Escape'], where: 'Streams', does: 'Close their list' },
  'entry-next': { keys: ['j'], where: 'An entry', does: 'The one below it in its list' },
  'entry-previous': { keys: ['k'], where: 'An entry', does: 'The one above it in its list' },
  'chart-earlier': { keys: ['ArrowLeft', 'ArrowDown'], where: 'A chart', does: 'One step earlier' },
  'chart-later': { keys: ['ArrowRight', 'ArrowUp'], where: 'A chart', does: 'One step later' },
  'chart-far-earlier': { keys: ['PageDown'], where: 'A chart', does: 'Ten steps earlier' },
  'chart-far-later': { keys: ['PageUp'], where: 'A chart', does: 'Ten steps later' },
  'chart-first': { keys: ['Home'], where: 'A chart', does: 'To its beginning' },
  'chart-last': { keys: ['End'], where: 'A chart', does: 'To its end' },
  'chart-leave': { keys: ['Escape'], where: 'A chart', does: 'Point at no moment' },
} as const satisfies Record<string, KeyBinding>;

export type KeyId = keyof typeof KEY_BINDINGS;

export const KEY_IDS = Object.keys(KEY_BINDINGS).filter((id): id is KeyId => id in KEY_BINDINGS);

/** What of a `KeyboardEvent` decides. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Which of some keys was pressed; null for none of them. */
export function pressedKey<Id extends KeyId>(press: KeyPress, among: readonly Id[]): Id | null {
  return among.find((id) => KEY_BINDINGS[id].keys.some((key) => isKey(press, key))) ?? null;
}

function isKey(press: KeyPress, key: string): boolean {
  if (press.altKey) return false;
  const isMod = press.ctrlKey || press.metaKey;
  if (!key.startsWith('Mod+')) return !isMod && press.key === key;
  // With Shift it is one of the browser's own.
  return isMod && !press.shiftKey && press.key.toLowerCase() === key.slice('Mod+'.length);
}

const LABELS: Record<string, string> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
};

/** What stands on the keys to be pressed together: `['Ctrl', 'K']`, `['Space']`. */
export function keyLabels(key: string, isMac: boolean): string[] {
  if (key.startsWith('Mod+')) {
    return [isMac ? '⌘' : 'Ctrl', key.slice('Mod+'.length).toUpperCase()];
  }
  return [LABELS[key] ?? key];
}
