import { Explain } from '@/components/ui/tooltip';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatCount } from '@/lib/model/count';
import type { Lag, LagQuality } from '@/lib/model/lag';

/** How a lag that is not exact is marked. */
export const LAG_MARKS: Record<LagQuality, string> = {
  exact: '',
  counted: '≈',
  at_least: '≥',
  unknown: '?',
};

const MEANINGS: Record<LagQuality, string> = {
  exact: 'Exact.',
  counted: 'Counted by reading, not told by Redis.',
  at_least: 'At least this many: counting stopped there.',
  unknown: 'Not known.',
};

/** A group's lag with the mark of how it is known, and why on hover and focus. */
export function LagFigure({ lag }: { lag: Lag }) {
  const figure = (
    <WarmFigure value={lag.value}>
      <span className="text-faint">{LAG_MARKS[lag.quality]}</span>
      {lag.value !== null && formatCount(lag.value)}
    </WarmFigure>
  );
  if (lag.quality === 'exact') return figure;
  return <Explain because={lag.reason ?? MEANINGS[lag.quality]}>{figure}</Explain>;
}

/** Entries a group can never be given, because they were trimmed or deleted before it read them. */
export function LostFigure({ lag: { lost, lost_reason: reason } }: { lag: Lag }) {
  if (lost === null) {
    return (
      <Explain because={`Not known: ${reason ?? 'Redis does not tell'}.`}>
        <span className="text-faint">?</span>
      </Explain>
    );
  }
  if (lost === 0) return <None />;
  const trust = reason === undefined ? '' : ` Known ${reason}.`;
  return (
    <Explain
      because={`Trimmed or deleted before this group read them: it can never be given these entries.${trust}`}
    >
      {reason !== undefined && <span className="text-faint">{LAG_MARKS.counted}</span>}
      <span className="font-medium text-bad-ink">{formatCount(lost)}</span>
    </Explain>
  );
}

/** Nothing there to count. */
export function None() {
  return (
    <span className="text-faint">
      <span aria-hidden>–</span>
      <span className="sr-only">none</span>
    </span>
  );
}
