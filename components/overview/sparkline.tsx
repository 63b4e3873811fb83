import { formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import { fromRecentRates, type RecentRates } from '@/lib/model/recent-rates';
import { highestRate, sparkline } from './sparkline-path';

const BOX = { width: 56, height: 18 };

/** A stream's in-rate over the last minutes, small; said in words to a screen reader. */
export function Sparkline({ recent }: { recent: RecentRates }) {
  const points = fromRecentRates(recent);
  const { line, area } = sparkline(points, BOX);
  const highest = highestRate(points);
  const spanMs = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  if (line === '' || highest === null) return <span className="block h-5 w-[56px]" />;
  const words = `Entries added in the last ${formatDuration(spanMs)}: at most ${formatRate(highest)} a second`;
  return (
    <svg
      role="img"
      aria-label={words}
      viewBox={`-1 -1 ${BOX.width + 2} ${BOX.height + 2}`}
      width={BOX.width + 2}
      height={BOX.height + 2}
      className="block overflow-visible"
    >
      <title>{words}</title>
      <path d={area} className="fill-pressed" />
      <path
        d={line}
        fill="none"
        strokeWidth="1.25"
        strokeLinejoin="round"
        className="stroke-mark"
      />
    </svg>
  );
}
