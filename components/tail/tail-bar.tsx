import clsx from 'clsx';
import { ArrowDownToLine, Search } from 'lucide-react';
import { memo, useId, useState } from 'react';
import { DownloadMenu } from '@/components/filter/download-menu';
import { Button, ButtonLink } from '@/components/ui/button';
import { Select } from '@/components/ui/field';
import type { TailMode } from '@/lib/browser/live-tail-store';
import { formatCount } from '@/lib/model/count';
import { searchPageHref } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';

interface Props {
  mode: TailMode;
  /** Entries below the last row. */
  waiting: number;
  streams: readonly string[];
  /** Empty for everything. */
  filter: string;
  onResume: () => void;
  onFollow: () => void;
}

/**
 * Under the rows, always, so that they do not move: what waits, and the two ways on. Drawn only when
 * that changes, not with each row.
 */
export const TailBar = memo(function TailBar(props: Props) {
  const { mode, waiting, streams, filter, onResume, onFollow } = props;
  const [chosen, setChosen] = useState('');
  const selectId = useId();
  const stream = streams.includes(chosen) ? chosen : (streams[0] ?? '');
  return (
    <div
      className={clsx(
        'flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-t py-1 pr-1 pl-3 text-13',
        mode === 'following' ? 'text-faint' : 'border-line-strong bg-accent-tint text-accent-ink',
      )}
    >
      <span className={clsx('mr-auto tabular-nums', streams.length > 1 && 'max-sm:w-full')}>
        <Where mode={mode} waiting={waiting} />
      </span>
      {mode === 'paused' && (
        <Button size="sm" variant="quiet" disabled={waiting === 0} onClick={onResume}>
          Resume here
        </Button>
      )}
      {mode !== 'following' && (
        <Button size="sm" icon={<ArrowDownToLine aria-hidden />} onClick={onFollow}>
          Jump to live
        </Button>
      )}
      {streams.length > 1 && (
        <span className="flex min-w-0 items-center gap-2 max-sm:flex-1">
          <label htmlFor={selectId} className="shrink-0 text-quiet max-sm:sr-only">
            {filter === '' ? 'Download from' : 'Search, download'}
          </label>
          <Select
            id={selectId}
            value={stream}
            className="h-7! text-12! sm:max-w-48"
            onChange={(event) => setChosen(event.target.value)}
          >
            {streams.map((name) => (
              <option key={name} value={name}>
                {visibleText(name)}
              </option>
            ))}
          </Select>
        </span>
      )}
      {filter !== '' && (
        <ButtonLink
          size="sm"
          variant="quiet"
          href={searchPageHref(stream, filter)}
          prefetch={false}
          icon={<Search aria-hidden />}
        >
          Search back
        </ButtonLink>
      )}
      <DownloadMenu stream={stream} filter={filter} />
    </div>
  );
});

function Where({ mode, waiting }: { mode: TailMode; waiting: number }) {
  if (mode === 'following') return <Words short="following" rest=" · newest at the bottom" />;
  if (mode === 'reading') return <Words short="reading here" rest=" · new rows come in below" />;
  return (
    <>
      paused here · <b className="font-semibold">{formatCount(waiting)}</b> waiting
    </>
  );
}

/** Where it is narrow, in few words, so that the bar stays one line. */
function Words({ short, rest }: { short: string; rest: string }) {
  return (
    <>
      {short}
      <span className="max-sm:sr-only">{rest}</span>
    </>
  );
}
