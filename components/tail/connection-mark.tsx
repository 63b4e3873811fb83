import { Fragment } from 'react';
import { StateMark } from '@/components/ui/state-mark';
import { Timestamp } from '@/components/ui/timestamp';
import type { LiveConnectionState } from '@/lib/browser/live-connection';
import type { TailTrouble } from '@/lib/browser/live-troubles';
import { useNow } from '@/lib/browser/use-now';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { formatDuration } from '@/lib/model/duration';
import { ERROR_CODES, type ErrorCode } from '@/lib/model/errors';
import { StreamTag } from './stream-tag';
import type { Behind } from './use-behind';

interface Props {
  connection: LiveConnectionState;
  troubles: readonly TailTrouble[];
  /** How far what is shown is behind the end of a stream; null where it is not. */
  behind: Behind | null;
  isMany: boolean;
}

/** How the live connection stands, in words. */
export function ConnectionMark(props: Props) {
  return (
    <span role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-13">
      <Mark {...props} />
    </span>
  );
}

function Mark({ connection, troubles, behind, isMany }: Props) {
  switch (connection.status) {
    case 'connecting':
      return <StateMark tone="unknown">connecting</StateMark>;
    case 'asleep':
      return <StateMark tone="off">let go while this tab is hidden</StateMark>;
    case 'refused':
      return (
        <StateMark tone="bad" className="whitespace-normal!">
          refused: {connection.reason}
        </StateMark>
      );
    case 'waiting':
      return (
        <StateMark tone="bad" className="whitespace-normal!">
          {connection.reason} <RetryIn retryAtMs={connection.retryAtMs} />
        </StateMark>
      );
    case 'live':
      return <LiveMarks troubles={troubles} behind={behind} isMany={isMany} />;
  }
}

function LiveMarks({ troubles, behind, isMany }: Omit<Props, 'connection'>) {
  const { snapshot } = useSnapshot();
  // The banner over the page says since when, why, and what happens next.
  if (snapshot.redis.status === 'down' && troubles.some(({ redis }) => redis === 'down')) {
    return <StateMark tone="bad">Redis away</StateMark>;
  }
  // The others go on, unless it is Redis that is away.
  const isLive = troubles.every(({ stream }) => isMany && stream !== null);
  return (
    <>
      {isLive && <Live behind={behind} />}
      {troubles.map((trouble, at) => (
        <Fragment key={trouble.stream}>
          {(isLive || at > 0) && ' '}
          <TroubleMark trouble={trouble} isMany={isMany} />
        </Fragment>
      ))}
    </>
  );
}

function Live({ behind }: { behind: Behind | null }) {
  if (behind === null) return <StateMark tone="calm">live</StateMark>;
  return (
    <StateMark tone="info">
      <span>
        catching up
        <span aria-hidden>
          {' '}
          · {formatDuration(behind.ms)} behind{' '}
          <StreamTag stream={behind.stream} className="align-bottom" />
        </span>
      </span>
    </StateMark>
  );
}

function TroubleMark({ trouble, isMany }: { trouble: TailTrouble; isMany: boolean }) {
  const title = troubleTitle(trouble.code);
  const what = trouble.redis === 'down' ? 'Redis away' : (title ?? 'This stream cannot be read');
  return (
    <StateMark tone="bad" className="whitespace-normal!">
      <span>
        {isMany && trouble.stream !== null && (
          <>
            <StreamTag stream={trouble.stream} className="align-bottom" />:{' '}
          </>
        )}
        {what} since <Timestamp at={trouble.since} asClock />
        {trouble.redis === 'down' && title !== null && ` · ${title}`}
      </span>
    </StateMark>
  );
}

/** Codes come over the wire: one that is not known here has no title. */
function troubleTitle(code: string | null): string | null {
  return code !== null && Object.hasOwn(ERROR_CODES, code)
    ? ERROR_CODES[code as ErrorCode].title
    : null;
}

function RetryIn({ retryAtMs }: { retryAtMs: number }) {
  const now = useNow();
  if (now === null) return null;
  const seconds = Math.ceil((retryAtMs - now) / 1000);
  return <span aria-hidden>{seconds > 0 ? `Reconnecting in ${seconds} s.` : 'Reconnecting.'}</span>;
}
