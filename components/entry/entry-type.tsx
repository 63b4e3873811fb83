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
      className={clsx(
        'flex items-center gap-1.5 overflow-hidden',
        failed && 'font-medium text-bad-ink',
        className,
      )}
    >
      {failed && <CircleX aria-hidden className="size-3.5 shrink-0 text-bad" />}
      <span
        title={visibleText(type)}
        className={clsx(
          'truncate',
          wraps && 'max-md:whitespace-normal max-md:[overflow-wrap:anywhere]',
        )}
      >
        <MarkedText text={type} />
      </span>
    </span>
  );
}
