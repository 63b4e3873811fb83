import { formatDuration } from '@/lib/model/duration';

/** A length of time with its units dimmed: the numbers are what is compared. */
export function DurationFigure({ ms }: { ms: number }) {
  const parts = formatDuration(ms).split(/([a-z]+)/);
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
          <span key={index} className="text-quiet">
            {part}
          </span>
        ),
      )}
    </>
  );
}
