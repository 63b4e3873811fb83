import clsx from 'clsx';
import { Input } from '@/components/ui/field';
import { dateInputValue } from '@/lib/model/date-input';

interface Props {
  /** Its name in the form. */
  name: 'from' | 'to';
  /** What begins or ends there, for screen readers. */
  what: string;
  /** Epoch milliseconds. */
  ms: number | undefined;
  zone: string;
  className: string;
}

/** One end of a stretch of time, in the zone that is shown. */
export function TimeInput({ name, what, ms, zone, className }: Props) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden>{name}</span>
      <Input
        type="datetime-local"
        step={1}
        name={name}
        aria-label={`${what} ${name} this time, ${zone}`}
        defaultValue={ms === undefined ? '' : dateInputValue(ms, zone)}
        className={clsx('text-12! tabular-nums', className)}
      />
    </span>
  );
}
