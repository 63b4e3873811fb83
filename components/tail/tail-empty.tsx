import { Radio } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import type { LiveConnectionState } from '@/lib/browser/live-connection';
import { redisCliCommand } from '@/lib/model/redis-command';
import { searchPageHref } from '@/lib/model/stream-href';
import { listOf } from '@/lib/model/stream-labels';
import { isFiltered, type TailQuery } from '@/lib/model/tail-query';
import { visibleText } from '@/lib/model/visible-text';

interface Props {
  query: TailQuery;
  streams: readonly string[];
  connection: LiveConnectionState;
}

/** No row yet: why, and what would make one. */
export function TailEmpty({ query, streams, connection }: Props) {
  const [stream = ''] = streams;
  const filtered = isFiltered(query);
  const listens = connection.status === 'live';
  return (
    <div className="flex flex-1 items-center justify-center overflow-auto p-4 [&>div]:border-0">
      <EmptyState
        icon={<Radio aria-hidden />}
        title={filtered ? 'Nothing matches the filter yet' : 'Nothing has happened yet'}
        command={
          filtered
            ? undefined
            : redisCliCommand('XADD', stream, '*', 'type', 'hello', 'data', '{"from":"redis-cli"}')
        }
        action={
          filtered &&
          streams.length === 1 && (
            <ButtonLink href={searchPageHref(stream, query.filter)} prefetch={false}>
              Search back through the stream
            </ButtonLink>
          )
        }
      >
        {filtered
          ? 'None of the last 500 entries does. What comes in and matches appears here.'
          : `${streams.length === 1 ? `${visibleText(stream)} has no entries` : `None of ${listOf(streams)} has entries`}. The next one appears here${listens ? '' : ' once connected'}; this one would:`}
      </EmptyState>
    </div>
  );
}
