import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** Whether the keyboard has ⌘ where others have Ctrl; false in the first HTML. */
export function useIsMac(): boolean {
  return useSyncExternalStore(
    never,
    () => /Mac|iPhone|iPad/.test(navigator.userAgent),
    () => false,
  );
}
