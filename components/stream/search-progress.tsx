import { Button } from '@/components/ui/button';
import { Timestamp } from '@/components/ui/timestamp';
import type { SearchState } from '@/lib/browser/use-history-search';
import { useNow } from '@/lib/browser/use-now';
import { formatCount } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';

const WORDS: Record<SearchState['status'], string> = {
  idle: '',
  running: 'Searching',
  cancelled: 'Stopped',
  done: 'Searched',
  failed: 'Broken off',
};

/** How far a search got: a bar where the whole is known, and the same in words. */
export function SearchProgress({ state, onCancel }: { state: SearchState; onCancel: () => void }) {
  const { status, scanned, total, time, entries, next, readAtMs } = state;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-13 text-quiet tabular-nums">
      {total !== null && total > 0 && (
        <progress
          aria-label="Searched"
          max={Math.max(total, scanned)}
          value={status === 'done' && next === null ? Math.max(total, scanned) : scanned}
          className="h-1.5 w-40 appearance-none overflow-hidden rounded-full border-0 bg-pressed [&::-moz-progress-bar]:bg-mark [&::-webkit-progress-bar]:bg-pressed [&::-webkit-progress-value]:bg-mark"
        />
      )}
      <span role="status">
        {WORDS[status]}: scanned {formatCount(scanned)}
        {total !== null && ` of ${formatCount(Math.max(total, scanned))}`},{' '}
        <b className="font-semibold text-ink">{formatCount(entries.length)} found</b>
        {status === 'done' && next === null && ' · to the first entry'}
      </span>
      {time !== null && (
        <span>
          back to <Timestamp at={time} show="full" />
        </span>
      )}
      {readAtMs !== null && <Age readAtMs={readAtMs} />}
      {status === 'running' && (
        <Button size="sm" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}

/** What was found before is shown as it was; what came since is not among it. */
function Age({ readAtMs }: { readAtMs: number }) {
  const now = useNow();
  if (now === null) return null;
  return <span>as of {formatDuration(Math.max(1_000, now - readAtMs))} ago</span>;
}
