import { createContext, use, useSyncExternalStore } from 'react';
import {
  TIMES_COOKIE,
  type TimeDisplay,
  type TimeMode,
  timesText,
  UTC_TIMES,
} from '@/lib/model/time-display';
import { keepForServer } from './kept-for-server';

let chosen: TimeDisplay | null = null;
const listeners = new Set<() => void>();

/** Shows times so at once, and has the server write them so in the next page. */
export function applyTimes(mode: TimeMode): void {
  chosen = { mode, zone: mode === 'local' ? browserZone() : 'UTC' };
  keepForServer(TIMES_COOKIE, timesText(chosen));
  for (const listener of listeners) listener();
}

/** The choice that is shown; `initial` is what the first HTML had. */
export function useChosenTimes(initial: TimeDisplay): TimeDisplay {
  return useSyncExternalStore(
    subscribe,
    () => chosen ?? initial,
    () => initial,
  );
}

/** How times are shown, for what writes them by itself. */
export function useTimes(): TimeDisplay {
  return use(TimesContext);
}

export const TimesContext = createContext(UTC_TIMES);

/** The zone this browser's clock is set to. */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
