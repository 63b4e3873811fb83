import { ChevronRight, RotateCw } from 'lucide-react';
import { Button, ButtonLink } from '@/components/ui/button';
import { countOf, formatCount } from '@/lib/model/count';
import { groupPendingHref } from '@/lib/model/group-href';
import { isPendingFiltered, type PendingPage, type PendingQuery } from '@/lib/model/pending';

interface Props {
  page: PendingPage;
  query: PendingQuery;
  total: number;
  onRefresh: () => void;
}

/** The ways on, by id: what is acknowledged meanwhile makes no page skip or repeat an entry. */
export function PendingPager({ page, query, total, onRefresh }: Props) {
  const { stream, group, pending, next, scanned } = page;
  const isScan = Boolean(query.minIdleMs || query.minDeliveries);
  const rest = { ...query };
  delete rest.after;
  // The total is the newest sample's: beside a page that holds all there is it would only quarrel.
  const isAll = next === null && query.after === undefined && !isPendingFiltered(query);
  return (
    <nav
      aria-label="Pages of pending entries"
      className="mt-2 flex flex-wrap items-center gap-2 text-12"
    >
      <span className="mr-auto text-quiet">
        {formatCount(pending.length)} shown
        {!isAll && ` of ${formatCount(total)} pending`}
        {isScan && `; ${countOf(scanned, 'entry', 'entries')} looked at`}
      </span>
      <Button size="sm" icon={<RotateCw aria-hidden />} onClick={onRefresh}>
        Read again
      </Button>
      {query.after === undefined ? (
        <Button size="sm" disabled>
          First
        </Button>
      ) : (
        <ButtonLink
          size="sm"
          href={groupPendingHref(stream, group, rest)}
          prefetch={false}
          scroll={false}
        >
          First
        </ButtonLink>
      )}
      {next === null ? (
        <Button size="sm" disabled>
          Next
          <ChevronRight aria-hidden />
        </Button>
      ) : (
        <ButtonLink
          size="sm"
          href={groupPendingHref(stream, group, { ...rest, after: next })}
          prefetch={false}
          scroll={false}
        >
          Next
          <ChevronRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
