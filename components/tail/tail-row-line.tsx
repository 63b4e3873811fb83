import clsx from 'clsx';
import { memo, use } from 'react';
import { EntrySummary } from '@/components/entry/entry-summary';
import { EntryType } from '@/components/entry/entry-type';
import { shortenedId } from '@/components/ui/short-id';
import { Timestamp } from '@/components/ui/timestamp';
import { underBasePath } from '@/lib/model/base-path';
import { entryIdTimestamp } from '@/lib/model/entry-id';
import type { TailEntryRow, TailRow } from '@/lib/model/tail-row';
import { visibleText } from '@/lib/model/visible-text';
import { StreamTag, StreamTagsContext } from './stream-tag';
import { TailNotice } from './tail-notice';

const JOB_CHARS_MAX = 11;

interface Props {
  row: TailRow;
  /** Which row it is since the tail began; never changes. */
  number: number;
  href: string | null;
  isOpen: boolean;
  isTabStop: boolean;
  onOpen: (row: TailEntryRow) => void;
}

/** One row: an entry that opens, or something told between them. */
export const TailRowLine = memo(function TailRowLine(props: Props) {
  const { row, href } = props;
  if (row.kind !== 'entry' || href === null) {
    return row.kind === 'entry' ? null : <TailNotice notice={row} />;
  }
  return (
    <a
      href={underBasePath(href)}
      data-row={props.number}
      tabIndex={props.isTabStop ? 0 : -1}
      aria-current={props.isOpen || undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        props.onOpen(row);
      }}
      className={clsx(
        'flex h-full items-center gap-x-3 overflow-hidden px-3 text-13 whitespace-nowrap outline-offset-[-2px] hover:bg-hover',
        'max-md:flex-wrap max-md:content-center',
        props.isOpen && 'bg-accent-tint',
      )}
    >
      <EntryCells row={row} />
    </a>
  );
});

/** A burst draws a screen of rows anew many times a second: elements are few, and lie flat. */
function EntryCells({ row }: { row: TailEntryRow }) {
  const isOneOfMany = use(StreamTagsContext) !== null;
  const at = entryIdTimestamp(row.id);
  const jobId = row.jobId === null ? null : visibleText(row.jobId);
  return (
    <>
      {at === null ? (
        <span className="w-22 shrink-0 text-12 text-quiet">–</span>
      ) : (
        <Timestamp at={at} show="time-ms" className="w-22 shrink-0 text-12 text-quiet" />
      )}
      {isOneOfMany && (
        <StreamTag stream={row.stream} className="w-32 shrink-0 text-quiet max-md:hidden xl:w-40" />
      )}
      {row.type !== null && (
        <>
          <EntryType
            type={row.type}
            className="w-44 shrink-0 max-md:w-0 max-md:min-w-0 max-md:flex-1"
          />
          <span
            title={jobId ?? undefined}
            className="w-24 shrink-0 truncate font-mono text-12 text-faint max-md:text-right"
          >
            {jobId !== null && shortenedId(jobId, JOB_CHARS_MAX)}
          </span>
        </>
      )}
      <span className="min-w-0 flex-1 truncate max-md:order-last max-md:basis-full">
        {isOneOfMany && (
          <StreamTag
            stream={row.stream}
            className="mr-3 max-w-32 align-bottom text-quiet md:hidden"
          />
        )}
        <EntrySummary row={row} />
      </span>
      <span className="shrink-0 font-mono text-12 text-faint max-lg:hidden">{row.id}</span>
    </>
  );
}
