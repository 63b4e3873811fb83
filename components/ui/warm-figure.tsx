'use client';

import { type ReactNode, useEffect, useRef } from 'react';

const WARM_MS = 1000;
/** A figure that moves all the time is expected to; only one that had been still is marked. */
const STILL_MS = 5000;

/** A figure that warms for a second when it changes after a rest. Still under reduced motion. */
export function WarmFigure({ value, children }: { value: unknown; children: ReactNode }) {
  const figure = useRef<HTMLSpanElement>(null);
  const shown = useRef({ value, at: 0 });

  useEffect(() => {
    const before = shown.current;
    if (Object.is(before.value, value)) return;
    const now = performance.now();
    shown.current = { value, at: now };
    if (now - before.at < STILL_MS) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    figure.current?.animate(
      [{ backgroundColor: 'var(--warm)' }, { backgroundColor: 'transparent' }],
      { duration: WARM_MS, easing: 'ease-out' },
    );
  }, [value]);

  return (
    <span ref={figure} className="-mx-1 rounded-md px-1">
      {children}
    </span>
  );
}
