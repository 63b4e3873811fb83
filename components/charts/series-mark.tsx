import type { SeriesTone } from '@/lib/model/chart-data';
import type { LagQuality } from '@/lib/model/lag';

export const TONE_COLOURS: Record<SeriesTone, string> = {
  1: 'var(--series-1)',
  2: 'var(--series-2)',
  3: 'var(--series-3)',
  4: 'var(--series-4)',
  5: 'var(--series-5)',
  6: 'var(--series-6)',
  7: 'var(--series-7)',
  8: 'var(--series-8)',
  rest: 'var(--neutral-8)',
};

/** How a line looks whose values are known so: whole, dashed, dotted. */
export const QUALITY_DASHES: Record<LagQuality, string | undefined> = {
  exact: undefined,
  counted: '6 2.5',
  at_least: '1 4',
  unknown: '1 6',
};

/** Small shapes that tell lines apart without their colours. */
const MARKS: Record<SeriesTone, string> = {
  1: '',
  2: 'M-2.6,0a2.6,2.6 0 1,0 5.2,0a2.6,2.6 0 1,0 -5.2,0Z',
  3: 'M-2.4,-2.4h4.8v4.8h-4.8Z',
  4: 'M0,-3.4L3.2,2.4H-3.2Z',
  5: 'M0,-3.5L3.5,0L0,3.5L-3.5,0Z',
  6: 'M0,3.4L3.2,-2.4H-3.2Z',
  7: '',
  8: '',
  rest: '',
};

/** The shape of a series, in the middle of a place. */
export function SeriesMark({ tone, x, y }: { tone: SeriesTone; x: number; y: number }) {
  return (
    <path
      d={MARKS[tone]}
      transform={`translate(${Math.round(x * 10) / 10},${Math.round(y * 10) / 10})`}
      fill={TONE_COLOURS[tone]}
      stroke="var(--neutral-2)"
      strokeWidth={0.75}
    />
  );
}

/** What stands for a series in a legend. */
export function SeriesSwatch({
  tone,
  kind,
}: {
  tone: SeriesTone;
  /** `alone`: a line that needs no mark. */
  kind: 'bar' | 'line' | 'alone';
}) {
  return (
    <svg aria-hidden="true" width={16} height={10} className="shrink-0">
      {kind === 'bar' ? (
        <rect x={3} width={10} height={10} rx={2} fill={TONE_COLOURS[tone]} />
      ) : (
        <>
          <path d="M1,5H15" stroke={TONE_COLOURS[tone]} strokeWidth={1.75} strokeLinecap="round" />
          {kind === 'line' && <SeriesMark tone={tone} x={8} y={5} />}
        </>
      )}
    </svg>
  );
}
