import { ButtonLink } from '@/components/ui/button';
import { pushPageUrl } from '@/lib/browser/page-url';
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
  return (
    <nav aria-label="Pages of streams" className="mt-3 flex items-center gap-3 text-13 text-quiet">
      <span className="tabular-nums">
        Page {formatCount(page)} of {formatCount(pages)}
      </span>
      {page > 1 && <PageLink query={{ ...query, page: page - 1 }}>Previous</PageLink>}
      {page < pages && <PageLink query={{ ...query, page: page + 1 }}>Next</PageLink>}
    </nav>
  );
}

/** Every stream is here already: only the address changes, nothing is asked of the server. */
function PageLink({ query, children }: { query: OverviewQuery; children: string }) {
  const href = overviewHref(query);
  return (
    <ButtonLink
      href={href}
      prefetch={false}
      size="sm"
      onNavigate={(event) => {
        event.preventDefault();
        pushPageUrl(href);
        document.getElementById('streams')?.scrollIntoView();
      }}
    >
      {children}
    </ButtonLink>
  );
}
