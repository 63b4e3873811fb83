import clsx from 'clsx';

/** Holds the place of text that has not come yet. Still: nothing pulses. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={clsx('block h-3.5 rounded-md bg-pressed', className)} />;
}
