import clsx from 'clsx';
import { CircleX } from 'lucide-react';
import { isFailureType } from '@/lib/model/tail-row';
import { visibleText } from '@/lib/model/visible-text';
import { MarkedText } from './marked-text';

/** An event's type; one that tells of a failure has an icon and a colour beside its word. */
export function EntryType({
  type,
  wraps = false,
  className,
}: {
  type: string;
  /** Where it is narrow it is shown whole, on further lines. */
  wraps?: boolean;
  className?: string;
}) {
  const failed = isFailureType(type);
  return (
    <span
      title={visibleText(type)}
      className={clsx(
        'block truncate',
        failed && 'font-medium text-bad-ink',
        wraps && 'max-md:whitespace-normal max-md:[overflow-wrap:anywhere]',
        className,
      )}
    >
      {failed && <CircleX aria-hidden className="-mt-0.5 mr-1.5 inline size-3.5 text-bad" />}
      <MarkedText text={type} />
    </span>
  );
}
