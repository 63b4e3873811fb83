'use client';

import { createContext, type ReactNode, use, useState, useSyncExternalStore } from 'react';

/** The moment that all charts of a page show; null for the newest of each. */
class Crosshair {
  #atMs: number | null = null;
  readonly #listeners = new Set<() => void>();

  get = () => this.#atMs;

  set = (atMs: number | null) => {
    if (atMs === this.#atMs) return;
    this.#atMs = atMs;
    for (const listener of this.#listeners) listener();
  };

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
}

const CrosshairContext = createContext<Crosshair | null>(null);

/** Charts within it point at the same moment. */
export function CrosshairProvider({ children }: { children: ReactNode }) {
  const [crosshair] = useState(() => new Crosshair());
  return <CrosshairContext value={crosshair}>{children}</CrosshairContext>;
}

/** The moment pointed at, epoch milliseconds, and how to move it. Inside `CrosshairProvider`. */
export function useCrosshair(): [atMs: number | null, move: (atMs: number | null) => void] {
  const crosshair = use(CrosshairContext);
  if (!crosshair) throw new Error('useCrosshair stands outside CrosshairProvider');
  const atMs = useSyncExternalStore(crosshair.subscribe, crosshair.get, () => null);
  return [atMs, crosshair.set];
}
