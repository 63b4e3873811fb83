import { VisibleText } from '@/components/entry/visible-text';
import type { Problem } from '@/components/group/problem';
import { Notice } from '@/components/ui/notice';
import { Timestamp } from '@/components/ui/timestamp';
import type { AuditState } from '@/lib/model/audit-page';
import { countOf } from '@/lib/model/count';
import { visibleText } from '@/lib/model/visible-text';

/** What is not in the list because it is not in Redis. */
export function NotStoredNotice({ audit }: { audit: AuditState }) {
  const { problem, not_stored, stream } = audit;
  if (not_stored === 0) return null;
  const title = `${countOf(not_stored, 'record')} of this process ${not_stored === 1 ? 'is' : 'are'} not in Redis.`;
  return (
    <Notice tone={problem ? 'bad' : 'plain'} title={title} className="mb-2">
      The log of the dashboard has {not_stored === 1 ? 'it' : 'them'} (lines with “audit”).{' '}
      {problem ? (
        <>
          Since <Timestamp at={problem.since} withZone asClock /> <VisibleText text={stream} />{' '}
          takes no record: {problem.message} What would delete or move something is refused until it
          does.
        </>
      ) : (
        'The one that was written last is.'
      )}
    </Notice>
  );
}

interface ProblemProps {
  /** Without a code where the dashboard itself did not answer. */
  problem: Pick<Problem, 'detail'> & Partial<Problem>;
  stream: string;
  /** Something that was read before stands below. */
  isStale: boolean;
}

/** Why the list cannot be read. */
export function UnreadNotice({ problem, stream, isStale }: ProblemProps) {
  const before = isStale ? 'What stands below was read before. ' : '';
  if (problem.code === 'redis_permission_denied') {
    return (
      <Notice
        tone="bad"
        title={`The Redis user may not read ${visibleText(stream)}.`}
        className="mb-2"
        role="status"
      >
        {before}It needs +xrange and +xrevrange on this key, and +xadd to write it: npm run doctor
        gives the command. The log of the dashboard has every record all the same.
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title={problem.detail} className="mb-2" role="status">
      {before}Trying again every two seconds.
    </Notice>
  );
}
