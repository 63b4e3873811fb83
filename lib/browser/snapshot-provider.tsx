'use client';

import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import useSWRSubscription, { type SWRSubscription } from 'swr/subscription';
import type { Snapshot } from '@/lib/model/snapshot';
import type { Stats } from '@/lib/model/stream-stats';
import { fetchJson } from './fetcher';
import { PageFeed } from './page-feed';
import { type SnapshotNews, SnapshotSource } from './snapshot-source';
import { PageFeedContext } from './use-page-feed';
import { SampleAgeContext, SnapshotContext } from './use-snapshot';

/** Numbers of this moment come at once or are asked for again. */
const POLL_ANSWER_MS_MAX = 5_000;

export interface FirstSnapshot {
  snapshot: Snapshot;
  /** The server's clock when the page was rendered, epoch milliseconds. */
  renderedAtMs: number;
}

/**
 * The one subscription to the snapshot of a page, and the live connection it comes on: begins with
 * what the first HTML showed.
 */
export function SnapshotProvider({
  first,
  children,
}: {
  first: FirstSnapshot;
  children: ReactNode;
}) {
  const [feed] = useState(() => new PageFeed());
  const { snapshot, delivery } = useSnapshotNews(feed);
  const newest = snapshot ?? first.snapshot;
  const sampleAgeMs = useAgeOf(newest.sampled_at, first);
  const view = useMemo(() => ({ snapshot: newest, delivery }), [newest, delivery]);
  return (
    <PageFeedContext value={feed}>
      <SnapshotContext value={view}>
        <SampleAgeContext value={sampleAgeMs}>{children}</SampleAgeContext>
      </SnapshotContext>
    </PageFeedContext>
  );
}

const NOTHING_YET: SnapshotNews = { snapshot: null, delivery: { by: 'nothing_yet' } };

function useSnapshotNews(feed: PageFeed): SnapshotNews {
  const subscribe: SWRSubscription<string, SnapshotNews> = (url, { next }) => {
    const source = new SnapshotSource({
      feed,
      ask: (signal) => askSoon(url, signal),
      tell: (news) => next(null, news),
    });
    return () => source.end();
  };
  return useSWRSubscription('/events/stats', subscribe).data ?? NOTHING_YET;
}

function askSoon(url: string, signal: AbortSignal): Promise<Stats> {
  const timeout = AbortSignal.timeout(POLL_ANSWER_MS_MAX);
  return fetchJson<Stats>(url, { signal: AbortSignal.any([signal, timeout]) });
}

/**
 * Age of the sample by the second. Counted from when its time was seen to change, so that a
 * browser whose clock is wrong is right as well; the first one's age comes from the server.
 */
function useAgeOf(sampledAt: string | null, first: FirstSnapshot): number | null {
  const [ageMs, setAgeMs] = useState<number | null>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (sampledAt === null) return setAgeMs(null);
    const ageSeenMs = isFirst.current ? first.renderedAtMs - Date.parse(sampledAt) : 0;
    isFirst.current = false;
    const seenAt = performance.now();
    const tick = () => {
      const age = ageSeenMs + performance.now() - seenAt;
      setAgeMs(Math.max(0, Math.floor(age / 1000) * 1000));
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [sampledAt, first.renderedAtMs]);
  return ageMs;
}
