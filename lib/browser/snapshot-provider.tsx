'use client';

import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import useSWR from 'swr';
import type { Snapshot } from '@/lib/model/snapshot';
import { fetchJson } from './fetcher';
import { SampleAgeContext, SnapshotContext } from './use-snapshot';

const POLL_MS = 1000;
const RETRY_MS = 2000;

export interface FirstSnapshot {
  snapshot: Snapshot;
  /** The server's clock when the page was rendered, epoch milliseconds. */
  renderedAtMs: number;
}

/** The one subscription to the snapshot of a page: begins with what the first HTML showed. */
export function SnapshotProvider({
  first,
  children,
}: {
  first: FirstSnapshot;
  children: ReactNode;
}) {
  const { data = first.snapshot, error } = useSWR('/api/streams', fetchJson<Snapshot>, {
    fallbackData: first.snapshot,
    refreshInterval: POLL_MS,
    dedupingInterval: POLL_MS / 2,
    onErrorRetry: (_error, _key, _config, revalidate, { retryCount }) => {
      setTimeout(() => void revalidate({ retryCount }), RETRY_MS);
    },
  });
  const silentSince = useSilentSince(error !== undefined);
  const sampleAgeMs = useAgeOf(data.sampled_at, first);
  const view = useMemo(() => ({ snapshot: data, silentSince }), [data, silentSince]);
  return (
    <SnapshotContext value={view}>
      <SampleAgeContext value={sampleAgeMs}>{children}</SampleAgeContext>
    </SnapshotContext>
  );
}

function useSilentSince(silent: boolean): string | null {
  const [since, setSince] = useState<string | null>(null);
  useEffect(() => setSince(silent ? new Date().toISOString() : null), [silent]);
  return silent ? since : null;
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
