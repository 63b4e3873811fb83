import { StateMark } from '@/components/ui/state-mark';
import { Timestamp } from '@/components/ui/timestamp';
import type { LiveConnectionState } from '@/lib/browser/live-connection';
import type { TailTrouble } from '@/lib/browser/live-tail-store';
import { useNow } from '@/lib/browser/use-now';
import { formatDuration } from '@/lib/model/duration';
import { ERROR_CODES, type ErrorCode } from '@/lib/model/errors';

interface Props {
  connection: LiveConnectionState;
  trouble: TailTrouble | null;
  /** How far what is shown is behind the end of the stream, milliseconds; null where it is not. */
  behindMs: number | null;
}

/** How the live connection stands, in words. */
export function ConnectionMark(props: Props) {
  return (
    <span role="status" className="text-13">
      <Mark {...props} />
    </span>
  );
}

function Mark({ connection, trouble, behindMs }: Props) {
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
      if (trouble !== null) return <TroubleMark trouble={trouble} />;
      return behindMs === null ? (
        <StateMark tone="calm">live</StateMark>
      ) : (
        <StateMark tone="info">
          catching up<span aria-hidden> · {formatDuration(behindMs)} behind</span>
        </StateMark>
      );
  }
}

function TroubleMark({ trouble }: { trouble: TailTrouble }) {
  const title = troubleTitle(trouble.code);
  return (
    <StateMark tone="bad" className="whitespace-normal!">
      <span>
        {trouble.redis === 'down' ? 'Redis away' : (title ?? 'This stream cannot be read')} since{' '}
        <Timestamp at={trouble.since} asClock />
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
