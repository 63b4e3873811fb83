'use client';

import clsx from 'clsx';
import { createContext, use } from 'react';

/** How much of a moment: 14:03:07, 14:03:07.412, 2026-02-01 14:03:07.412. */
type Detail = 'time' | 'time-ms' | 'full';

/** How the reader wants moments written; `zone` is empty where it would say nothing. */
export interface TimeWriting {
  write: (atMs: number, detail: Detail) => string;
  zone: (atMs: number) => string;
  /** Whether `write` says how long ago it was, which changes by the second. */
  isRelative: boolean;
}

const UTC_WRITING: TimeWriting = {
  write: (atMs, detail) => {
    const full = new Date(atMs).toISOString().slice(0, -1).replace('T', ' ');
    const clock = full.slice(full.indexOf(' ') + 1);
    return { time: clock.slice(0, 8), 'time-ms': clock, full }[detail];
  },
  zone: () => 'UTC',
  isRelative: false,
};

const Writing = createContext(UTC_WRITING);

export const TimeWritingProvider = Writing.Provider;

interface Props {
  /** ISO 8601 or epoch milliseconds. */
  at: string | number;
  show?: Detail;
  /** Whether the zone stands behind it, where nothing beside it says so. */
  withZone?: boolean;
  /** A time of day in any case: behind "since", and where a change would be read out. */
  asClock?: boolean;
  className?: string;
}

/**
 * A moment as the reader chose to see moments; whole and in UTC on hover, whatever was chosen.
 * What is no date is shown as it came.
 */
export function Timestamp({
  at,
  show = 'time',
  withZone = false,
  asClock = false,
  className,
}: Props) {
  const chosen = use(Writing);
  const { write, zone } = asClock && chosen.isRelative ? UTC_WRITING : chosen;
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span className={className}>{String(at)}</span>;
  const atMs = date.getTime();
  const words = [write(atMs, show), withZone ? zone(atMs) : ''].filter(Boolean).join(' ');
  return (
    <time
      dateTime={date.toISOString()}
      title={date.toISOString()}
      className={clsx('whitespace-nowrap tabular-nums', className)}
    >
      {words}
    </time>
  );
}
