import clsx from 'clsx';
import type { ReactNode } from 'react';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import { type Tone, ToneIcon } from '@/components/ui/tone';
import { countOf } from '@/lib/model/count';
import { streamPageHref } from '@/lib/model/stream-href';
import type { TailNoticeRow } from '@/lib/model/tail-row';
import { StreamTag } from './stream-tag';

const LOOKS: Record<'warn' | 'bad' | 'info' | 'calm', string> = {
  calm: 'bg-sunken text-quiet',
  info: 'bg-info-tint text-info-ink',
  warn: 'bg-warn-tint text-warn-ink',
  bad: 'bg-bad-tint text-bad-ink',
};

/** Something that happened to a stream or the connection, told in its place. */
export function TailNotice({ notice }: { notice: TailNoticeRow }) {
  const { tone, text } = wordsOf(notice);
  const stream = 'stream' in notice ? notice.stream : null;
  return (
    <p
      className={clsx(
        'flex h-full items-center gap-2 truncate border-y border-line px-3 text-13',
        LOOKS[tone],
      )}
    >
      <ToneIcon tone={tone satisfies Tone} />
      {stream !== null && <StreamTag stream={stream} className="max-w-40 shrink-0 font-medium" />}
      <span className="truncate">{text}</span>
    </p>
  );
}

function wordsOf(notice: TailNoticeRow): { tone: keyof typeof LOOKS; text: ReactNode } {
  switch (notice.kind) {
    case 'gap':
      return {
        tone: 'warn',
        text: `${notice.lost === null ? 'An unknown number of entries was' : countOf(notice.lost, 'entry was', 'entries were')} trimmed before they could be shown, between ${notice.after} and ${notice.before}.`,
      };
    case 'reset':
      return { tone: 'warn', text: 'The stream was deleted or made anew: ids begin again.' };
    case 'let_go':
      return { tone: 'info', text: <LetGo notice={notice} /> };
    case 'redis':
      return redisWords(notice);
  }
}

function LetGo({ notice: { count, of } }: { notice: Extract<TailNoticeRow, { kind: 'let_go' }> }) {
  const links = of
    .filter(({ entries }) => entries > 0)
    .map(({ stream, after }) => {
      const href = streamPageHref(stream, { after: after ?? undefined, order: 'asc' });
      return (
        <TextLink key={stream} href={href} prefetch={false}>
          Read them from Redis <StreamTag stream={stream} />
        </TextLink>
      );
    });
  return (
    <span className="inline-flex gap-x-3">
      <span>
        {countOf(count, 'entry was', 'entries were')} let go while paused
        {of.some(({ resets }) => resets > 0) &&
          (links.length > 1 ? ', and a stream was made anew' : ', and the stream was made anew')}
        .
      </span>
      {links}
    </span>
  );
}

function redisWords(notice: Extract<TailNoticeRow, { kind: 'redis' }>) {
  const since = <Timestamp at={notice.since} asClock />;
  if (notice.status === 'down') {
    // Here it stands among the rows, as their times do: what is wrong is said over the page.
    return { tone: 'calm' as const, text: <>Redis went away at {since}.</> };
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
