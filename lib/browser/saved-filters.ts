import { useSyncExternalStore } from 'react';
import { BASE_PATH } from '@/lib/model/base-path';

/** Where this browser keeps them; two dashboards on one host keep their own. */
const KEY = `shield-dashboard:filters${BASE_PATH}`;
const RECENT_FILTERS_MAX = 10;
const NAMED_FILTERS_MAX = 50;
const NAME_CHARS_MAX = 60;

/** Newest first, and by name. */
export interface SavedFilters {
  recent: string[];
  named: { name: string; filter: string }[];
}

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

/** By hand: zod would compile its schema, which the content security policy forbids. */
function parse(text: string | null): SavedFilters {
  const { recent, named } = asRecord(parseJson(text ?? ''));
  return {
    recent: asList(recent).filter(isText).slice(0, RECENT_FILTERS_MAX),
    named: asList(named)
      .flatMap((item) => {
        const { name, filter } = asRecord(item);
        return isText(name) && isText(filter) ? [{ name, filter }] : [];
      })
      .slice(0, NAMED_FILTERS_MAX),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
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
