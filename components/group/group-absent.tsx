import { VisibleText } from '@/components/entry/visible-text';
import { CodeBlock } from '@/components/ui/code-block';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { Timestamp } from '@/components/ui/timestamp';
import type { EntryId } from '@/lib/model/entry-id';
import { redisCliNames } from '@/lib/model/redis-command';

interface Props {
  stream: string;
  group: string;
}

/** What stands in place of a group that is not there, and the command that would make it. */
export function AbsentGroup({ stream, group }: Props) {
  return (
    <EmptyState
      title="The stream has no such consumer group"
      command={redisCliNames('XGROUP', 'CREATE', stream, group, '$')}
    >
      A group remembers what it was given. This page shows it as soon as it is there. This makes one
      that begins with the next entry; with 0 in place of $ it begins with the first:
    </EmptyState>
  );
}

/** The group went while the page was open. */
export function GoneGroup({
  stream,
  group,
  cursor,
  seenAt,
}: Props & { cursor: EntryId; seenAt: string | null }) {
  return (
    <Notice
      tone="bad"
      role="status"
      title={
        <>
          <VisibleText text={group} /> was deleted
          {seenAt !== null && (
            <>
              ; it was last seen: <Timestamp at={seenAt} withZone />
            </>
          )}
          .
        </>
      }
    >
      Its consumers and its pending list went with it. This makes a group of that name where its
      cursor was, and this page goes on by itself:
      <CodeBlock
        code={redisCliNames('XGROUP', 'CREATE', stream, group, cursor)}
        label="Copy the command"
        className="mt-2"
      />
    </Notice>
  );
}
