import type { ReactNode } from 'react';
import { Timestamp } from '@/components/ui/timestamp';
import { WarmFigure } from '@/components/ui/warm-figure';
import { formatBytes } from '@/lib/model/bytes';
import { formatCount, formatRate } from '@/lib/model/count';
import { type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import type { StreamSnapshot } from '@/lib/model/snapshot';

/** How long the stream is, how fast it grows, and between which entries it lies. */
export function StreamFigures({ stream }: { stream: StreamSnapshot }) {
  return (
    <dl className="mb-4 grid grid-cols-[repeat(3,auto)] justify-between gap-x-6 gap-y-3 border-y py-3 sm:justify-start sm:gap-x-12 xl:grid-cols-[repeat(5,auto)]">
      <Figure name="Length" note="entries">
        <WarmFigure value={stream.length}>{formatCount(stream.length)}</WarmFigure>
      </Figure>
      <Figure name="In" note="per second">
        {stream.in_per_second === null ? (
          <span className="text-faint">?</span>
        ) : (
          formatRate(stream.in_per_second)
        )}
      </Figure>
      <Figure name="Memory">
        {stream.memory_bytes === null ? (
          <span className="text-faint">?</span>
        ) : (
          formatBytes(stream.memory_bytes)
        )}
      </Figure>
      <EdgeFigure name="First entry" id={stream.first_entry} />
      <EdgeFigure name="Last entry" id={stream.last_entry} />
    </dl>
  );
}

function Figure({ name, note, children }: { name: string; note?: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-12 text-quiet">{name}</dt>
      <dd className="text-20 tracking-tight tabular-nums">
        {children}
        {note && <span className="ml-1.5 text-12 tracking-normal text-faint">{note}</span>}
      </dd>
    </div>
  );
}

function EdgeFigure({ name, id }: { name: string; id: EntryId | null }) {
  const at = id === null ? null : entryIdTimestamp(id);
  return (
    <div className="max-sm:col-span-3">
      <dt className="text-12 text-quiet">{name}</dt>
      <dd className="text-13">
        {id === null ? (
          <span className="text-faint">none</span>
        ) : (
          <>
            <span className="block font-mono text-12 leading-5">{id}</span>
            <span className="text-12 text-quiet">
              {at === null ? 'past what a date can hold' : <Timestamp at={at} show="full" />}
            </span>
          </>
        )}
      </dd>
    </div>
  );
}
