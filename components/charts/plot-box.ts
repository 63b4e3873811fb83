/** Where in its box a plot draws, in pixels, so that what lies over it finds the same places. */
export const PLOT_BOX = { height: 176, top: 8, right: 10, bottom: 22, left: 52 } as const;

/** The same as classes: the box, and room or place within it. */
export const PLOT_CLASSES = {
  height: 'h-[176px]',
  padding: 'pt-[8px] pr-[10px] pb-[22px] pl-[52px]',
  inset: 'top-[8px] right-[10px] bottom-[22px] left-[52px]',
} as const;

/** How far along a time a moment lies, from 0 to 1. */
export function shareOf(atMs: number, time: { fromMs: number; toMs: number }): number {
  return (atMs - time.fromMs) / Math.max(1, time.toMs - time.fromMs);
}
