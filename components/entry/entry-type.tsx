import clsx from 'clsx';
import { CircleX } from 'lucide-react';
import { isFailureType } from '@/lib/model/tail-row';
import { MarkedText } from './marked-text';

/** An event's type; one that tells of a failure has an icon and a colour beside its word. */
export function EntryType({ type, className }: { type: string; className?: string }) {
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
      <span className="truncate">
        <MarkedText text={type} />
      </span>
    </span>
  );
}
