'use client';

import { useSnapshot } from '@/lib/browser/use-snapshot';
import { formatDuration } from '@/lib/model/duration';
import type { StreamSnapshot } from '@/lib/model/snapshot';

/** A stream that waits its turn for this long says so. */
const OLDER_MS = 3_000;

/** How much older a stream's numbers are than the newest ones; nothing while they are not. */
export function StreamAge({ stream }: { stream: StreamSnapshot }) {
  const { sampled_at } = useSnapshot().snapshot;
  if (sampled_at === null || stream.sampled_at === undefined) return null;
  const olderMs = Date.parse(sampled_at) - Date.parse(stream.sampled_at);
  if (olderMs < OLDER_MS) return null;
  return (
    <span className="text-12 text-warn-ink tabular-nums">
      read {formatDuration(olderMs)} earlier
    </span>
  );
}
