import { useRange } from '@/components/charts/use-range';
import { TimeInput } from '@/components/filter/time-input';
import { Button, ButtonLink } from '@/components/ui/button';
import { useTimes } from '@/lib/browser/times';
import { underBasePath } from '@/lib/model/base-path';
import type { EntriesQuery } from '@/lib/model/entries-page';
import { RANGE_DEFAULT } from '@/lib/model/history-href';
import { streamPageHref } from '@/lib/model/stream-href';
import { useStreamHref } from './use-stream-href';

interface Props {
  stream: string;
  query: EntriesQuery;
}

/** Entries by time. A plain form whose answer is a URL. */
export function TimeRangeForm({ stream, query }: Props) {
  const { fromMs, toMs } = query;
  const [range] = useRange();
  const hrefOf = useStreamHref(stream);
  const { zone } = useTimes();
  const key = `${fromMs} ${toMs} ${zone}`;
  return (
    <form
      key={key}
      action={underBasePath(streamPageHref(stream))}
      aria-label="Entries by time"
      className="flex flex-wrap items-center gap-2 text-12 text-quiet"
    >
      {range !== RANGE_DEFAULT && <input type="hidden" name="range" value={range} />}
      {zone !== 'UTC' && <input type="hidden" name="zone" value={zone} />}
      <TimeInput name="from" what="Entries" className="w-48!" ms={fromMs} zone={zone} />
      <TimeInput name="to" what="Entries" className="w-48!" ms={toMs} zone={zone} />
      {zone === 'UTC' ? 'UTC' : 'local'}
      <Button type="submit" size="sm">
        Show
      </Button>
      {(fromMs !== undefined || toMs !== undefined) && (
        <ButtonLink size="sm" variant="quiet" href={hrefOf()} prefetch={false}>
          Any time
        </ButtonLink>
      )}
    </form>
  );
}
