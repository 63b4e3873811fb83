import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Room } from '@/components/ui/room';
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
function percent(place: number): string {
  return `${Math.round(place * 1e5) / 1e3}%`;
}

/**
 * What stands at a place of the track, its left edge there; its upper edge is the track's middle.
 * `from` goes from 0 to 1.
 */
export function AlongTrack({
  from,
  className = 'top-1/2',
  children,
}: {
  from: number;
  /** Where its upper edge is instead. */
  className?: string;
  children: ReactNode;
}) {
  return (
    <span className={clsx('pointer-events-none absolute inset-x-0 flex', className)}>
      <Room width={percent(from)} className="transition-[width]" />
      {children}
    </span>
  );
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
        <span className="absolute inset-0 flex">
          <Room width={percent(ruler.unreadFrom)} className="transition-[width]" />
          <span className={clsx('flex-1', UNREAD_FILL[tone])} />
        </span>
      )}
    </span>
  );
}

/** What was trimmed unread: hatched, left of the trim line. */
export function LostZone({ className }: { className: string }) {
  return (
    <span
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
    <AlongTrack from={range.from}>
      <Room
        width={percent(range.to - range.from)}
        className="box-content border-t-2 border-dotted border-quiet transition-[width]"
      />
    </AlongTrack>
  );
}
