'use client';

import { Activity } from 'lucide-react';
import { VisibleText } from '@/components/entry/visible-text';
import { ButtonLink } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { PageHeader } from '@/components/ui/page-header';
import { useStreamSnapshot } from '@/lib/browser/use-snapshot';
import type { StreamSnapshot } from '@/lib/model/snapshot';
import { tailHref } from '@/lib/model/tail-query';
import { EntriesSection, type EntriesStart } from './entries-section';
import { GroupsTable } from './groups-table';
import { StreamFigures } from './stream-figures';
import { StreamRate } from './stream-rate';
import { AbsentStream, DeniedStream, WrongTypeStream } from './stream-state';

interface Props {
  name: string;
  start: EntriesStart;
}

/** One stream: how it stands, who reads it, and its entries. */
export function StreamScreen({ name, start }: Props) {
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
            href={tailHref({ stream: name, filter: '' })}
            prefetch={false}
          >
            Watch live
          </ButtonLink>
        }
      />
      <StreamBody name={name} stream={stream} start={start} />
    </>
  );
}

function StreamBody({ name, stream, start }: Props & { stream: StreamSnapshot | null }) {
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
          <StreamFigures stream={stream} />
          <GroupsTable stream={stream} />
          <div className="mb-6">
            <StreamRate recent={stream.recent} />
          </div>
        </>
      )}
      <EntriesSection stream={name} start={start} newestId={stream?.last_entry ?? null} />
    </>
  );
}
