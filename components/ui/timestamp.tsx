import clsx from 'clsx';

interface Props {
  /** ISO 8601 or epoch milliseconds. */
  at: string | number;
  /** `time`: 14:03:07; `time-ms`: 14:03:07.412; `full`: 2026-02-01 14:03:07.412. All UTC. */
  show?: 'time' | 'time-ms' | 'full';
  className?: string;
}

/**
 * A moment in UTC, the same on the server and in every browser, whole on hover.
 * What is no date is shown as it came.
 */
export function Timestamp({ at, show = 'time', className }: Props) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span className={className}>{String(at)}</span>;
  const iso = date.toISOString();
  const whole = `${iso.slice(0, -1).replace('T', ' ')} UTC`;
  const clock = iso.slice(iso.indexOf('T') + 1, -1);
  const shown = { time: clock.slice(0, 8), 'time-ms': clock, full: whole.slice(0, -4) }[show];
  return (
    <time
      dateTime={iso}
      title={whole}
      className={clsx('whitespace-nowrap tabular-nums', className)}
    >
      {shown}
    </time>
  );
}
