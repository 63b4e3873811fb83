import { useEffect, useRef } from 'react';

/** Controls for which Space has a meaning of its own. */
const OWN_MEANING =
  'input, textarea, select, button, summary, [contenteditable], [role="dialog"], [role="radio"], [role="tab"]';

/** Runs on Space wherever on the page it is pressed and means nothing else. */
export function useSpaceKey(run: () => void): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey || event.repeat)
        return;
      if (event.target instanceof Element && event.target.closest(OWN_MEANING)) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
