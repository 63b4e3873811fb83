import { useSyncExternalStore } from 'react';
import { THEME_COOKIE, type Theme } from '@/lib/model/theme';
import { keepForServer } from './kept-for-server';

let chosen: Theme | null = null;
const listeners = new Set<() => void>();

/** Shows a theme at once, and has the server send it with the next page. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  keepForServer(THEME_COOKIE, theme);
  for (const listener of listeners) listener();
}

/** The theme that is shown; `initial` is what the first HTML had. */
export function useTheme(initial: Theme): Theme {
  return useSyncExternalStore(
    subscribe,
    () => chosen ?? initial,
    () => initial,
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
