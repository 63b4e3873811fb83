'use client';

import { useEffect, useRef } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { Ruler } from '@/components/ruler/ruler';
import { AbsentStream, DeniedStream, WrongTypeStream } from '@/components/stream/stream-state';
import { CopyButton } from '@/components/ui/copy-button';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { useGroup } from '@/lib/browser/use-group';
import { useSnapshot, useStreamSnapshot } from '@/lib/browser/use-snapshot';
import type { EntryId } from '@/lib/model/entry-id';
import type { GroupAnswer } from '@/lib/model/group-answer';
import { groupApiHref } from '@/lib/model/group-href';
import type { GroupSnapshot, StreamSnapshot } from '@/lib/model/snapshot';
import { streamPageHref } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { type ConsumersStart, ConsumersTab } from './consumers-tab';
import { DiagnosisSection } from './diagnosis-section';
import { AbsentGroup, GoneGroup } from './group-absent';
import { GroupCursor } from './group-cursor';
import { GroupFigures } from './group-figures';
import { GroupHistory } from './group-history';
import { GroupStateMark } from './group-state-mark';
import { GroupTabs } from './group-tabs';
import { type PendingStart, PendingTab } from './pending-tab';
import type { Problem } from './problem';

/** What the page's own first read gave. */
export interface GroupStart {
  answer: GroupAnswer | null;
  problem: Problem | null;
  part: PendingStart | ConsumersStart | { tab: 'history' } | { tab: 'cursor' };
}

interface Props {
  stream: string;
  group: string;
  start: GroupStart;
}

/** One group: how it stands, what is wrong with it, what it holds, and where it is. */
export function GroupScreen({ stream: streamName, group: name, start }: Props) {
  const stream = useStreamSnapshot(streamName);
  const { answer, error } = useGroup(groupApiHref(streamName, name), start.answer);
  const code = error ? error.problem?.code : answer ? undefined : start.problem?.code;
  const group = presentGroup(stream, name, answer, code);
  const lastSeen = useLastSeen(group);
  return (
    <>
      <PageHeader
        title={<VisibleText text={name} />}
        parents={[
          { label: 'Overview', href: '/' },
          { label: visibleText(streamName), href: streamPageHref(streamName) },
        ]}
        aside={
          <>
            {group && <GroupStateMark group={group} />}
            <CopyButton text={name} label="Copy the name" />
          </>
        }
      />
      {group ? (
        <GroupBody stream={stream} group={group} answer={answer} start={start} name={streamName} />
      ) : (
        <NoGroup
          {...{ streamName, name, stream, code, lastSeen }}
          detail={error?.message ?? start.problem?.detail}
        />
      )}
    </>
  );
}

/**
 * The group as it is now: figures of the newest sample, state and findings of the newest reading.
 * Null where there is none. A stream that is neither watched nor found has no sample.
 */
function presentGroup(
  stream: StreamSnapshot | null,
  name: string,
  answer: GroupAnswer | null,
  code: string | undefined,
): GroupSnapshot | null {
  if (stream === null) return code === undefined || !isGone(code) ? answer : null;
  const sampled = stream.groups.find((group) => group.name === name);
  if (!sampled) return null;
  return answer ? { ...sampled, state: answer.state, state_reason: answer.state_reason } : sampled;
}

function isGone(code: string): boolean {
  return ['stream_not_found', 'group_not_found', 'wrong_type'].includes(code);
}

interface LastSeen {
  cursor: EntryId;
  at: string | null;
}

/** Where the group's cursor was when it was last there; null where it never was. */
function useLastSeen(group: GroupSnapshot | null): LastSeen | null {
  const { snapshot } = useSnapshot();
  const seen = useRef<LastSeen | null>(null);
  const cursor = group?.last_delivered_id;
  useEffect(() => {
    if (cursor !== undefined) seen.current = { cursor, at: snapshot.sampled_at };
  }, [cursor, snapshot.sampled_at]);
  return seen.current;
}

interface BodyProps {
  name: string;
  stream: StreamSnapshot | null;
  group: GroupSnapshot;
  answer: GroupAnswer | null;
  start: GroupStart;
}

function GroupBody({ name, stream, group, answer, start }: BodyProps) {
  const sampled = stream?.findings.filter((finding) => finding.group === group.name);
  const findings = answer?.findings ?? sampled ?? [];
  const { part } = start;
  return (
    <>
      {stream?.status === 'ok' && (
        <div className="mb-4 rounded-md border bg-raised px-3 pt-1 pb-2">
          <Ruler stream={stream} highlight={group.name} />
        </div>
      )}
      <GroupFigures group={group} />
      <DiagnosisSection findings={findings} well={group.state_reason} />
      <GroupTabs
        stream={name}
        group={group.name}
        here={part.tab}
        counts={{ pending: group.pending, consumers: group.consumers }}
      />
      {part.tab === 'pending' && (
        <PendingTab stream={name} group={group.name} start={part} total={group.pending} />
      )}
      {part.tab === 'consumers' && <ConsumersTab stream={name} group={group.name} start={part} />}
      {part.tab === 'history' && <GroupHistory stream={name} group={group.name} />}
      {part.tab === 'cursor' && (
        <GroupCursor stream={name} group={group} edges={stream ?? answer?.edges ?? NO_EDGES} />
      )}
    </>
  );
}

const NO_EDGES: GroupAnswer['edges'] = {
  ...{ length: 0, first_entry: null, last_entry: null },
  ...{ last_generated_id: null, entries_added: null },
};

interface NoGroupProps {
  streamName: string;
  name: string;
  stream: StreamSnapshot | null;
  code: string | undefined;
  detail: string | undefined;
  lastSeen: LastSeen | null;
}

/** What stands in place of the group: why it is not there, and what would make it. */
function NoGroup({ streamName, name, stream, code, detail, lastSeen }: NoGroupProps) {
  const status = stream?.status;
  if (status === 'wrong_type' || code === 'wrong_type')
    return <WrongTypeStream name={streamName} />;
  if (status === 'denied') return <DeniedStream name={streamName} />;
  if (lastSeen) {
    return (
      <GoneGroup stream={streamName} group={name} cursor={lastSeen.cursor} seenAt={lastSeen.at} />
    );
  }
  if (status === 'absent' || code === 'stream_not_found') return <AbsentStream name={streamName} />;
  if (status === 'ok' || code === 'group_not_found') {
    return <AbsentGroup stream={streamName} group={name} />;
  }
  return (
    <Notice tone="bad" role="status" title={detail ?? 'This group cannot be read now.'}>
      Trying again every two seconds.
    </Notice>
  );
}
