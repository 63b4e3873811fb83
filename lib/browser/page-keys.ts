import { useEffect, useRef, useSyncExternalStore } from 'react';
import { KEY_IDS, type KeyId, pressedKey } from '@/lib/model/keys';

/** What takes letters of its own. */
const TAKES_TEXT = 'input, textarea, select, [contenteditable], [role="dialog"]';
/** What Space presses or opens. */
const TAKES_SPACE = `${TAKES_TEXT}, button, summary, [role="radio"], [role="tab"]`;

/** An entry is open beside its list in a drawer, which is a dialog: its keys mean something there. */
const TAKES_ENTRY_KEYS =
  'input:not([type="radio"]), textarea, select, [contenteditable], [role="menu"]';
const ENTRY_KEYS: readonly KeyId[] = ['entry-next', 'entry-previous'];

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
    if (event.defaultPrevented || event.isComposing) return;
    const id = pressedKey(event, this.#active);
    if (id === null) return;
    const isEntryKey = ENTRY_KEYS.includes(id);
    if (event.repeat && !isEntryKey) return;
    const hasModifier = event.ctrlKey || event.metaKey;
    const taking = isEntryKey ? TAKES_ENTRY_KEYS : id === 'pause' ? TAKES_SPACE : TAKES_TEXT;
    if (!hasModifier && event.target instanceof Element && event.target.closest(taking)) return;
    event.preventDefault();
    this.run(id);
  };
}

const pageKeys = new PageKeys();

/** Runs on a key wherever on the page it is pressed and means nothing else. */
export function usePageKey(id: KeyId, run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => pageKeys.listen(id, () => latest.current()), [id]);
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
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKey = ({ ctrlKey, metaKey }: KeyboardEvent) => {
      if (ctrlKey || metaKey) latest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
