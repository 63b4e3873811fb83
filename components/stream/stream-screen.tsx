'use client';

import { Activity } from 'lucide-react';
import { VisibleText } from '@/components/entry/visible-text';
import { Ruler } from '@/components/ruler/ruler';
import { ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { PageHeader } from '@/components/ui/page-header';
import { useStreamSnapshot } from '@/lib/browser/use-snapshot';
import type { StreamSnapshot } from '@/lib/model/snapshot';
import { tailHref } from '@/lib/model/tail-query';
import { EntriesSection, type EntriesStart } from './entries-section';
import { GroupsTable } from './groups-table';
import { StreamFigures } from './stream-figures';
import { StreamFindings } from './stream-findings';
import { StreamHistory } from './stream-history';
import { AbsentStream, DeniedStream, WrongTypeStream } from './stream-state';

interface Props {
  name: string;
  start: EntriesStart;
  /** Whether its entries are counted by type. */
  countsEvents: boolean;
}

/** One stream: how it stands, who reads it, and its entries. */
export function StreamScreen({ name, start, countsEvents }: Props) {
  const stream = useStreamSnapshot(name);
  return (
    <>
      <PageHeader
        title={<VisibleText text={name} />}
        parents={[{ label: 'Overview', href: '/' }]}
        aside={<CopyButton text={name} label="Copy the name" />}
        actions={
          <ButtonLink
            icon={<Activity aria-hidden />}
            href={tailHref({ streams: [name], filter: '' })}
            prefetch={false}
          >
            Watch live
          </ButtonLink>
        }
      />
      <StreamBody name={name} stream={stream} start={start} countsEvents={countsEvents} />
    </>
  );
}

function StreamBody({
  name,
  stream,
  start,
  countsEvents,
}: Props & { stream: StreamSnapshot | null }) {
  const code = start.problem?.code;
  // A stream that is neither watched nor found has no snapshot: its entries tell.
  const status = stream?.status ?? (code === 'stream_not_found' ? 'absent' : 'ok');
  if (status === 'wrong_type' || (stream === null && code === 'wrong_type')) {
    return <WrongTypeStream name={name} />;
  }
  if (status === 'denied') return <DeniedStream name={name} />;
  if (status === 'absent') return <AbsentStream name={name} />;
  return (
    <>
      {stream && (
        <>
          <StreamFindings stream={stream} />
          <div className="mb-4 rounded-md border bg-raised px-3 pt-1 pb-2">
            <Ruler stream={stream} />
          </div>
          <StreamFigures stream={stream} />
          <GroupsTable stream={stream} />
          <StreamHistory
            stream={name}
            countsEvents={countsEvents}
            groupsCount={stream.groups.length}
            recent={stream.recent}
          />
        </>
      )}
      <EntriesSection stream={name} start={start} newestId={stream?.last_entry ?? null} />
    </>
  );
}
