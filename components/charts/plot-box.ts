/** Where in its box a plot draws, in pixels, so that what lies over it finds the same places. */
export const PLOT_BOX = { height: 176, top: 8, right: 10, bottom: 22, left: 52 } as const;

/** How far along a time a moment lies, from 0 to 1. */
export function shareOf(atMs: number, time: { fromMs: number; toMs: number }): number {
  return (atMs - time.fromMs) / Math.max(1, time.toMs - time.fromMs);
}
