'use client';

import { Waves } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';
import { useSampleAge, useSnapshot } from '@/lib/browser/use-snapshot';
import { formatDuration } from '@/lib/model/duration';
import { redisCliCommand } from '@/lib/model/redis-command';
import { SamplingCost } from './sampling-cost';
import { StreamsTable } from './streams-table';

const STALE_MS = 5000;

/** Every stream watched or found, with its groups under it. */
export function Streams() {
  const { snapshot } = useSnapshot();
  return (
    <section aria-labelledby="streams">
      <div className="mb-2 flex items-baseline justify-between gap-4">
        <h2 id="streams" className="text-14 font-semibold">
          Streams
        </h2>
        <Freshness />
      </div>
      {snapshot.streams.length > 0 ? (
        <StreamsTable streams={snapshot.streams} />
      ) : snapshot.sampled_at === null ? (
        <EmptyState icon={<Waves aria-hidden />} title="Not read yet">
          The streams show here as soon as Redis answers for the first time.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<Waves aria-hidden />}
          title="No stream yet"
          command={redisCliCommand('XADD', 'shield:events', '*', 'type', 'hello')}
        >
          Redis answers and holds no stream. The first entry makes one; it shows here by itself.
        </EmptyState>
      )}
    </section>
  );
}

/** Says how old the figures are, once they are older than they should be; else what they cost. */
function Freshness() {
  const ageMs = useSampleAge();
  if (ageMs === null || ageMs < STALE_MS) return <SamplingCost />;
  return <p className="text-12 text-warn-ink tabular-nums">as of {formatDuration(ageMs)} ago</p>;
}
