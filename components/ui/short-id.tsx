import clsx from 'clsx';

/**
 * An id in mono, cut in the middle where it is long: its two ends tell ids apart. The whole
 * is there on hover, to a screen reader, and in what a selection copies by `CopyButton`.
 */
export function ShortId({
  id,
  charsMax = 20,
  className,
}: {
  id: string;
  charsMax?: number;
  className?: string;
}) {
  const short = shortenedId(id, charsMax);
  return (
    <span title={id} className={clsx('font-mono text-12 whitespace-nowrap', className)}>
      <span aria-hidden={short !== id}>{short}</span>
      {short !== id && <span className="sr-only">{id}</span>}
    </span>
  );
}

/** The two ends of an id, where it is longer than `charsMax`. */
export function shortenedId(id: string, charsMax: number): string {
  const keep = Math.floor((charsMax - 1) / 2);
  return id.length > charsMax ? `${id.slice(0, keep)}…${id.slice(-keep)}` : id;
}
