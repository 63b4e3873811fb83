import { ChevronLeft, ChevronRight, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { formatCount } from '@/lib/model/count';
import type { EntriesPage, EntriesQuery } from '@/lib/model/entries-page';
import { compareEntryIds, type EntryId } from '@/lib/model/entry-id';
import { useStreamHref } from './use-stream-href';

interface Props {
  page: EntriesPage;
  query: EntriesQuery;
  newestId: EntryId | null;
  onRefresh: () => void;
}

/** The ways to newer and older entries: links, so that they work before any script. */
export function EntriesPager({ page, query, newestId, onRefresh }: Props) {
  const { fromMs, toMs, limit } = query;
  const range = { fromMs, toMs, limit };
  const hrefOf = useStreamHref(page.stream);
  const href = (bounds: Partial<EntriesQuery>) => hrefOf({ ...range, ...bounds });
  const shownId = page.entries[0]?.id ?? null;
  const isNewest = page.newer === null && query.order === 'desc' && toMs === undefined;
  const hasNewer =
    isNewest && newestId !== null && (shownId === null || compareEntryIds(newestId, shownId) > 0);
  return (
    <nav aria-label="Pages of entries" className="mt-2 flex flex-wrap items-center gap-2 text-12">
      <span className="mr-auto text-quiet">{formatCount(page.entries.length)} shown</span>
      {hasNewer && (
        <Button size="sm" icon={<RotateCw aria-hidden />} onClick={onRefresh}>
          Newer entries have come
        </Button>
      )}
      <PageLink href={href({})} isOff={isNewest || page.newer === null}>
        Newest
      </PageLink>
      <PageLink
        href={href({ after: page.newer ?? undefined, order: 'asc' })}
        isOff={page.newer === null}
        before={<ChevronLeft aria-hidden />}
      >
        Newer
      </PageLink>
      <PageLink
        href={href({ before: page.older ?? undefined })}
        isOff={page.older === null}
        after={<ChevronRight aria-hidden />}
      >
        Older
      </PageLink>
      <PageLink href={href({ order: 'asc' })} isOff={page.older === null}>
        Oldest
      </PageLink>
    </nav>
  );
}

interface LinkProps {
  href: string;
  isOff: boolean;
  before?: ReactNode;
  after?: ReactNode;
  children: ReactNode;
}

function PageLink({ href, isOff, before, after, children }: LinkProps) {
  if (isOff) {
    return (
      <Button size="sm" disabled>
        {before}
        {children}
        {after}
      </Button>
    );
  }
  return (
    <ButtonLink size="sm" href={href} prefetch={false} scroll={false}>
      {before}
      {children}
      {after}
    </ButtonLink>
  );
}
