import { useEffect, useEffectEvent, useLayoutEffect, useSyncExternalStore } from 'react';
import { KEY_IDS, type KeyId, pressedKey } from '@/lib/model/keys';
import { noteAttended } from './attendance';
import { isMac } from './use-is-mac';

/** A dialog that leaves the page beside it in use, with its keys, as `Drawer` marks it. */
const BESIDE_PAGE = '[data-beside-page]';

/** Where letters are written. */
const TAKES_TEXT = 'input:not([type="radio"]), textarea, select, [contenteditable]';
const DIALOG = `[role="dialog"]:not(${BESIDE_PAGE})`;
/** What takes letters of its own. */
const TAKES_LETTERS = `${TAKES_TEXT}, [role="menu"], ${DIALOG}`;
/** What Space presses, opens or scrolls. */
const TAKES_SPACE = `${TAKES_LETTERS}, [role="dialog"], button, summary, [type="radio"], [role="radio"], [role="tab"]`;

/** Those that go on while they are held down. */
const REPEATED: readonly KeyId[] = ['entry-next', 'entry-previous'];

const NONE: readonly KeyId[] = [];

/** The keys that mean something on the whole page, and what each does now: the last to ask has it. */
class PageKeys {
  readonly #runs = new Map<KeyId, (() => void)[]>();
  readonly #listeners = new Set<() => void>();
  #active = NONE;

  listen(id: KeyId, run: () => void): () => void {
    if (this.#runs.size === 0) window.addEventListener('keydown', this.#onKey);
    this.#runs.set(id, [...(this.#runs.get(id) ?? []), run]);
    this.#tell();
    return () => {
      const left = (this.#runs.get(id) ?? []).filter((other) => other !== run);
      if (left.length > 0) this.#runs.set(id, left);
      else this.#runs.delete(id);
      if (this.#runs.size === 0) window.removeEventListener('keydown', this.#onKey);
      this.#tell();
    };
  }

  /** Those that somebody listens for. */
  active = () => this.#active;

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  run = (id: KeyId) => this.#runs.get(id)?.at(-1)?.();

  #tell(): void {
    this.#active = KEY_IDS.filter((id) => this.#runs.has(id));
    for (const listener of this.#listeners) listener();
  }

  #onKey = (event: KeyboardEvent) => {
    noteAttended();
    if (event.defaultPrevented || event.isComposing) return;
    const id = pressedKey(event, this.#active);
    if (id === null) return;
    if (event.repeat && !REPEATED.includes(id)) return;
    const isWithin = (places: string) =>
      event.target instanceof Element && event.target.closest(places) !== null;
    const hasModifier = event.ctrlKey || event.metaKey;
    // With Ctrl a Mac edits text.
    if (event.ctrlKey && isMac() && isWithin(TAKES_TEXT)) return;
    if (!hasModifier && isWithin(id === 'pause' ? TAKES_SPACE : TAKES_LETTERS)) return;
    event.preventDefault();
    this.run(id);
  };
}

const pageKeys = new PageKeys();

/** Runs on a key wherever on the page it is pressed and means nothing else. */
export function usePageKey(id: KeyId, run: () => void): void {
  const pressed = useEffectEvent(run);
  // Before it is painted: what can be seen can be pressed, and does what is seen.
  useLayoutEffect(() => pageKeys.listen(id, () => pressed()), [id]);
}

/** The keys of the whole page that do something here and now. */
export function useActiveKeys(): readonly KeyId[] {
  return useSyncExternalStore(pageKeys.subscribe, pageKeys.active, () => NONE);
}

/** Does what a key of the page would do; nothing where nobody listens for it. */
export function runPageKey(id: KeyId): void {
  pageKeys.run(id);
}

/** Runs when Ctrl or ⌘ goes down, before the key it is held for. */
export function useModifierPress(run: () => void): void {
  const pressed = useEffectEvent(run);
  useEffect(() => {
    const onKey = ({ ctrlKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || metaKey) pressed();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/**
 * Keeps what is typed from the page, for a dialog's box that is about to open. Gives a function that ends it
 * and returns the text; Enter is kept from the page too, for it would press what has the focus.
 */
export function catchTyping(): () => string {
  let text = '';
  const onKey = (event: KeyboardEvent) => {
    const { key, target, ctrlKey, metaKey, altKey, isComposing } = event;
    if (isComposing || ctrlKey || metaKey || altKey) return;
    // One that closes still, and opens again, has its box already.
    if (target instanceof Element && target.closest(DIALOG)) return;
    if (key === 'Backspace') text = text.slice(0, -1);
    else if ([...key].length === 1) text += key;
    else if (key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return () => {
    window.removeEventListener('keydown', onKey, { capture: true });
    return text;
  };
}
