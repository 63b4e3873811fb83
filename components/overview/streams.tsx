'use client';

import { Waves } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { useAttention } from '@/components/shell/use-attention';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { replacePageUrl } from '@/lib/browser/page-url';
import { useSampleAge, useSnapshot } from '@/lib/browser/use-snapshot';
import { countOf, formatCount } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import {
  filterStreams,
  type OverviewQuery,
  overviewHref,
  pagesOf,
  parseOverviewQuery,
  sortStreams,
} from '@/lib/model/overview-query';
import { redisCliCommand } from '@/lib/model/redis-command';
import type { StreamSnapshot } from '@/lib/model/snapshot';
import { PageLinks } from './page-links';
import { SamplingCost } from './sampling-cost';
import { StreamControls } from './stream-controls';
import { StreamsTable } from './streams-table';
import { useSteadyOrder } from './use-steady-order';

const STALE_MS = 5000;

/** Every stream watched or found, with its groups under it. */
export function Streams() {
  const { snapshot } = useSnapshot();
  const query = parseOverviewQuery(useSearchParams());
  const matching = filterStreams(snapshot.streams, query.text);
  const total = snapshot.streams.length;
  return (
    <section aria-labelledby="streams">
      <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 id="streams" className="text-14 font-semibold">
          Streams
        </h2>
        <p role="status" className="text-13 text-quiet tabular-nums">
          {query.text === ''
            ? countOf(total, 'stream')
            : `${formatCount(matching.length)} of ${countOf(total, 'stream')}`}
        </p>
        <Freshness />
        <div className="ml-auto max-sm:w-full">
          {total > 0 && <StreamControls query={query} onChange={show} />}
        </div>
      </div>
      {matching.length > 0 ? (
        <OrderedStreams streams={matching} query={query} />
      ) : (
        <NoStreams isRead={snapshot.sampled_at !== null} query={query} total={total} />
      )}
    </section>
  );
}

function show(query: OverviewQuery): void {
  replacePageUrl(overviewHref(query));
}

/** In the order asked for, a page of them. */
function OrderedStreams({
  streams,
  query,
}: {
  streams: readonly StreamSnapshot[];
  query: OverviewQuery;
}) {
  const attention = useAttention();
  const wanted = useMemo(
    () => sortStreams(streams, query.sort, attention).map(({ name }) => name),
    [streams, query.sort, attention],
  );
  const { names, holders } = useSteadyOrder(wanted, `${query.sort}\n${query.text}`);
  const byName = new Map(streams.map((stream) => [stream.name, stream]));
  const pages = pagesOf(names.flatMap((name) => byName.get(name) ?? []));
  const page = Math.min(query.page, pages.length);
  return (
    <>
      <div {...holders}>
        <StreamsTable streams={pages[page - 1] ?? []} />
      </div>
      {pages.length > 1 && <PageLinks query={query} page={page} pages={pages.length} />}
    </>
  );
}

function NoStreams({
  isRead,
  query,
  total,
}: {
  isRead: boolean;
  query: OverviewQuery;
  total: number;
}) {
  const icon = <Waves aria-hidden />;
  if (!isRead) {
    return (
      <EmptyState icon={icon} title="Not read yet">
        The streams show here as soon as Redis answers for the first time.
      </EmptyState>
    );
  }
  if (total > 0) {
    return (
      <EmptyState
        icon={icon}
        title="No stream by that name"
        action={
          <ButtonLink
            href={overviewHref({ ...query, text: '', page: 1 })}
            prefetch={false}
            onNavigate={(event) => {
              event.preventDefault();
              show({ ...query, text: '', page: 1 });
            }}
          >
            Show all
          </ButtonLink>
        }
      >
        Neither a stream nor a group of one has “{query.text}” in its name.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={icon}
      title="No stream yet"
      command={redisCliCommand('XADD', 'shield:events', '*', 'type', 'hello')}
    >
      Redis answers and holds no stream. The first entry makes one; it shows here by itself.
    </EmptyState>
  );
}

/** Says how old the figures are, where they are not of this moment; else what they cost. */
function Freshness() {
  const { snapshot, delivery } = useSnapshot();
  const ageMs = useSampleAge();
  const isLive = snapshot.redis.status === 'up' && !['polling', 'none'].includes(delivery.by);
  if (ageMs === null || (isLive && ageMs < STALE_MS)) return <SamplingCost />;
  return <p className="text-12 text-warn-ink tabular-nums">as of {formatDuration(ageMs)} ago</p>;
}
