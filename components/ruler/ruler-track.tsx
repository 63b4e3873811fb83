import clsx from 'clsx';
import type { CSSProperties } from 'react';
import type { Ruler, RulerCursor } from '@/lib/model/ruler';
import type { RulerTone } from '@/lib/model/ruler-tone';

export const TONE_FILL: Record<RulerTone, string> = {
  calm: 'bg-quiet',
  warn: 'bg-warn',
  bad: 'bg-bad',
};

export const TONE_EDGE: Record<RulerTone, string> = {
  calm: 'border-quiet',
  warn: 'border-warn',
  bad: 'border-bad',
};

/** Tints: the mark at the end of the band carries the weight. */
const UNREAD_FILL: Record<RulerTone, string> = {
  calm: 'bg-line-strong',
  warn: 'bg-warn-line',
  bad: 'bg-bad-line',
};

/** Places as CSS has them. */
export function percent(place: number): string {
  return `${Math.round(place * 1e5) / 1e3}%`;
}

/** A stream's entries as a band: light what everyone was given, dark what somebody was not. */
export function Band({
  ruler,
  tone,
  isPlain,
  className,
}: {
  ruler: Pick<Ruler, 'isEmpty' | 'unreadFrom'>;
  tone: RulerTone;
  /** Without an edge, where many stand below each other. */
  isPlain?: boolean;
  className?: string;
}) {
  return (
    <span
      className={clsx(
        'absolute inset-x-0 top-1/2 -translate-y-1/2 overflow-hidden rounded-full',
        ruler.isEmpty
          ? 'border border-dashed border-line-strong'
          : clsx('bg-sunken', !isPlain && 'ring-1 ring-line ring-inset'),
        className,
      )}
    >
      {ruler.unreadFrom !== null && (
        <span
          className={clsx('absolute inset-y-0 right-0 transition-[left]', UNREAD_FILL[tone])}
          style={{ left: percent(ruler.unreadFrom) }}
        />
      )}
    </span>
  );
}

/** What was trimmed unread: hatched, left of the trim line. */
export function LostZone({ className, style }: { className: string; style?: CSSProperties }) {
  return (
    <span
      style={style}
      className={clsx(
        'absolute top-1/2 -translate-y-1/2 rounded-l-full border border-r-0 border-bad bg-[repeating-linear-gradient(135deg,var(--bad)_0_2px,transparent_2px_5px)]',
        className,
      )}
    />
  );
}

/** Where a cursor whose lag is not known may stand. */
export function RangeLine({ cursor }: { cursor: RulerCursor }) {
  const { range } = cursor;
  if (range === null) return null;
  return (
    <span
      className="absolute top-1/2 border-t-2 border-dotted border-quiet transition-[left,right]"
      style={{ left: percent(range.from), right: percent(1 - range.to) }}
    />
  );
}
