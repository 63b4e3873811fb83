import { useSyncExternalStore } from 'react';

let isOut = false;
const listeners = new Set<() => void>();

/** The server no longer knows who asks: the session has ended. A page that is loaded anew does. */
export function noteSignedOut(): void {
  if (isOut) return;
  isOut = true;
  for (const tell of listeners) tell();
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => isOut,
    () => false,
  );
}
