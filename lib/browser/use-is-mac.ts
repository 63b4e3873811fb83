import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** In a browser. */
export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** Whether the keyboard has ⌘ where others have Ctrl; false in the first HTML. */
export function useIsMac(): boolean {
  return useSyncExternalStore(never, isMac, () => false);
}
