import { ButtonLink } from '@/components/ui/button';
import { formatCount } from '@/lib/model/count';
import { type OverviewQuery, overviewHref } from '@/lib/model/overview-query';

interface Props {
  query: OverviewQuery;
  /** From 1. */
  page: number;
  pages: number;
}

/** To the streams that stand on other pages. */
export function PageLinks({ query, page, pages }: Props) {
  const href = (to: number) => overviewHref({ ...query, page: to });
  return (
    <nav aria-label="Pages of streams" className="mt-3 flex items-center gap-3 text-13 text-quiet">
      <span className="tabular-nums">
        Page {formatCount(page)} of {formatCount(pages)}
      </span>
      {page > 1 && (
        <ButtonLink href={href(page - 1)} prefetch={false} size="sm">
          Previous
        </ButtonLink>
      )}
      {page < pages && (
        <ButtonLink href={href(page + 1)} prefetch={false} size="sm">
          Next
        </ButtonLink>
      )}
    </nav>
  );
}
