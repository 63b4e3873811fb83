import clsx from 'clsx';
import type { ReactNode } from 'react';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { type Tone, ToneIcon } from '@/components/ui/tone';
import { countOf } from '@/lib/model/count';
import { streamPageHref } from '@/lib/model/stream-href';
import type { TailNoticeRow } from '@/lib/model/tail-row';

const LOOKS: Record<'warn' | 'bad' | 'info' | 'calm', string> = {
  calm: 'bg-sunken text-quiet',
  info: 'bg-info-tint text-info-ink',
  warn: 'bg-warn-tint text-warn-ink',
  bad: 'bg-bad-tint text-bad-ink',
};

/** Something that happened to the stream or the connection, told in its place. */
export function TailNotice({ notice, stream }: { notice: TailNoticeRow; stream: string }) {
  const { tone, text } = wordsOf(notice, stream);
  return (
    <p
      className={clsx(
        'flex h-full items-center gap-2 truncate border-y border-line px-3 text-13',
        LOOKS[tone],
      )}
    >
      <ToneIcon tone={tone satisfies Tone} />
      <span className="truncate">{text}</span>
    </p>
  );
}

function wordsOf(
  notice: TailNoticeRow,
  stream: string,
): { tone: keyof typeof LOOKS; text: ReactNode } {
  switch (notice.kind) {
    case 'gap':
      return {
        tone: 'warn',
        text: `${notice.lost === null ? 'An unknown number of entries was' : countOf(notice.lost, 'entry was', 'entries were')} trimmed before they could be shown, between ${notice.after} and ${notice.before}.`,
      };
    case 'reset':
      return { tone: 'warn', text: 'The stream was deleted or made anew: ids begin again.' };
    case 'let_go':
      return {
        tone: 'info',
        text: (
          <>
            {countOf(notice.count, 'entry was', 'entries were')} let go while paused
            {notice.resets > 0 && ', and the stream was made anew'}.{' '}
            <TextLink
              href={streamPageHref(stream, { after: notice.after ?? undefined, order: 'asc' })}
              prefetch={false}
            >
              Read them from Redis
            </TextLink>
          </>
        ),
      };
    case 'redis':
      return redisWords(notice);
  }
}

function redisWords(notice: Extract<TailNoticeRow, { kind: 'redis' }>) {
  const since = <Timestamp at={notice.since} asClock />;
  if (notice.status === 'down') {
    return {
      tone: 'bad' as const,
      text: (
        <>Redis has not answered since {since}. What comes meanwhile is shown when it is back.</>
      ),
    };
  }
  if (notice.code !== null) {
    return {
      tone: 'bad' as const,
      text: (
        <>
          This stream cannot be read since {since}: {notice.code}.
        </>
      ),
    };
  }
  return { tone: 'calm' as const, text: <>Redis answers again, since {since}.</> };
}
