import { useSyncExternalStore } from 'react';
import { z } from 'zod';

/** Where this browser keeps them. */
const KEY = 'shield-dashboard:filters';
export const RECENT_FILTERS_MAX = 10;
const NAMED_FILTERS_MAX = 50;
const NAME_CHARS_MAX = 60;

const savedFilters = z.object({
  recent: z.array(z.string()).max(RECENT_FILTERS_MAX),
  named: z.array(z.object({ name: z.string(), filter: z.string() })).max(NAMED_FILTERS_MAX),
});

/** Newest first, and by name. */
export type SavedFilters = z.infer<typeof savedFilters>;

const NONE: SavedFilters = { recent: [], named: [] };
const listeners = new Set<() => void>();
let known: { text: string | null; saved: SavedFilters } = { text: null, saved: NONE };

/** Remembers a filter that was applied; one that extends the newest takes its place. */
export function rememberFilter(filter: string): void {
  if (filter === '') return;
  change((saved) => {
    const [newest = '', ...older] = saved.recent;
    const rest = filter.startsWith(newest) ? older : saved.recent;
    const recent = [filter, ...rest.filter((other) => other !== filter)];
    return { ...saved, recent: recent.slice(0, RECENT_FILTERS_MAX) };
  });
}

/** Keeps a filter under a name; one of that name is replaced. */
export function saveFilter(name: string, filter: string): void {
  const kept = name.trim().slice(0, NAME_CHARS_MAX);
  if (kept === '') return;
  change((saved) => ({
    ...saved,
    named: byName([...without(saved, kept), { name: kept, filter }]),
  }));
}

export function renameFilter(name: string, to: string): void {
  const filter = read().named.find((one) => one.name === name)?.filter;
  if (filter === undefined || to.trim() === '') return;
  deleteFilter(name);
  saveFilter(to, filter);
}

export function deleteFilter(name: string): void {
  change((saved) => ({ ...saved, named: without(saved, name) }));
}

/** None in the first HTML: they are this browser's. */
export function useSavedFilters(): SavedFilters {
  return useSyncExternalStore(subscribe, read, () => NONE);
}

function without({ named }: SavedFilters, name: string) {
  return named.filter((one) => one.name !== name);
}

function byName(named: SavedFilters['named']) {
  return named.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, NAMED_FILTERS_MAX);
}

/** The same object until what is kept changes; another tab may have changed it. */
function read(): SavedFilters {
  const text = stored();
  if (text !== known.text) known = { text, saved: parse(text) };
  return known.saved;
}

function parse(text: string | null): SavedFilters {
  try {
    return savedFilters.parse(JSON.parse(text ?? ''));
  } catch {
    return NONE;
  }
}

/** A browser may forbid storage: nothing is then remembered. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function change(next: (saved: SavedFilters) => SavedFilters): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(next(read())));
  } catch {
    return;
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
