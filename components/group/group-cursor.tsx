import type { ReactNode } from 'react';
import { KeyValue } from '@/components/ui/key-value';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { countOf, formatCount, formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import { ENTRY_ID_ZERO, type EntryId, entryIdTimestamp } from '@/lib/model/entry-id';
import type { TrimForecast } from '@/lib/model/forecast-trim';
import type { GroupAnswer } from '@/lib/model/group-answer';
import type { GroupSnapshot } from '@/lib/model/snapshot';
import { streamPageHref } from '@/lib/model/stream-href';

type Edges = GroupAnswer['edges'];

interface Props {
  stream: string;
  group: GroupSnapshot;
  edges: Edges;
}

/** Where the group stands between the first entry and the last. */
export function GroupCursor({ stream, group, edges }: Props) {
  const { lag, entries_read: read, last_delivered_id: cursor } = group;
  const isBound = lag.quality === 'at_least';
  const behind = lag.value === null || isBound ? null : Math.max(0, edges.length - lag.value);
  return (
    <KeyValue
      className="max-w-3xl"
      items={[
        {
          key: 'Last delivered',
          value: (
            <EntryPlace
              stream={stream}
              id={cursor}
              none="nothing yet: it begins at the first entry"
            />
          ),
        },
        {
          key: 'Entries read',
          value:
            read === null ? (
              <Unknown>Redis does not tell</Unknown>
            ) : (
              countOf(read, 'entry', 'entries')
            ),
        },
        {
          key: 'First entry',
          value: <EntryPlace stream={stream} id={edges.first_entry} none="none" />,
        },
        {
          key: 'First to cursor',
          value:
            behind === null ? (
              <Unknown>not known</Unknown>
            ) : (
              `${countOf(behind, 'entry', 'entries')} it has read`
            ),
        },
        {
          key: 'Cursor to last',
          value:
            lag.value === null ? (
              <Unknown>{lag.reason ?? 'not known'}</Unknown>
            ) : (
              `${isBound ? 'at least ' : ''}${countOf(lag.value, 'entry waits', 'entries wait')}`
            ),
        },
        {
          key: 'Last entry',
          value: <EntryPlace stream={stream} id={edges.last_entry} none="none" />,
        },
        { key: 'Trimming', value: <TrimWords trim={group.outlook.trim} /> },
      ]}
    />
  );
}

function Unknown({ children }: { children: ReactNode }) {
  return <span className="text-faint">{children}</span>;
}

function EntryPlace({ stream, id, none }: { stream: string; id: EntryId | null; none: string }) {
  if (id === null || id === ENTRY_ID_ZERO) return <Unknown>{none}</Unknown>;
  const at = entryIdTimestamp(id);
  return (
    <span className="flex flex-wrap gap-x-3">
      <TextLink href={streamPageHref(stream, {}, id)} className="font-mono text-12">
        {id}
      </TextLink>
      <span className="text-quiet">
        {at === null ? 'past what a date can hold' : <Timestamp at={at} show="full" />}
      </span>
    </span>
  );
}

function TrimWords({ trim }: { trim: TrimForecast | null }) {
  if (trim === null) {
    return <Unknown>not trimmed while it was watched, or not to be told from deletions</Unknown>;
  }
  const { read_per_second: read } = trim;
  const trimmed = `${formatRate(trim.trimmed_per_second)} entries a second are trimmed`;
  const reads = read === null ? '' : `, it reads ${formatRate(read)}`;
  const rates = `${trimmed}${reads}, over ${formatDuration(trim.window_ms)}`;
  switch (trim.status) {
    case 'reached':
      return <span className="text-bad-ink">Entries go before it has read them. {rates}.</span>;
    case 'approaching':
      return `Reaches the cursor in about ${formatDuration(trim.in_ms ?? 0)}: ${formatCount(trim.entries_between)} entries between. ${rates}.`;
    default:
      return `Does not gain on the cursor. ${rates}.`;
  }
}
