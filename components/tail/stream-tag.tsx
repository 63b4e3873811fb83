import clsx from 'clsx';
import { createContext, use } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { streamLabels } from '@/lib/model/stream-labels';
import { visibleText } from '@/lib/model/visible-text';

/** Eight colours that are told apart; as many streams are in one tail at most. */
const MARKS = [
  'bg-series-1',
  'bg-series-2',
  'bg-series-3',
  'bg-series-4',
  'bg-series-5',
  'bg-series-6',
  'bg-series-7',
  'bg-series-8',
];

/** How the streams of a tail are told apart; null where there is one. */
export interface StreamTags {
  labels: ReadonlyMap<string, string>;
  marks: ReadonlyMap<string, string>;
}

export const StreamTagsContext = createContext<StreamTags | null>(null);

export function streamTags(streams: readonly string[]): StreamTags | null {
  if (streams.length < 2) return null;
  const marks = streams.map((stream, at) => [stream, MARKS[at % MARKS.length] ?? ''] as const);
  return { labels: streamLabels(streams), marks: new Map(marks) };
}

/** The short name of a stream with its colour. Nothing where a tail has one stream. */
export function StreamTag({ stream, className }: { stream: string; className?: string }) {
  const tags = use(StreamTagsContext);
  if (tags === null) return null;
  return (
    <span
      title={visibleText(stream)}
      className={clsx('inline-flex min-w-0 items-center gap-1.5', className)}
    >
      <span
        aria-hidden
        className={clsx('h-3 w-1 shrink-0 rounded-full', tags.marks.get(stream) ?? 'bg-mark')}
      />
      <span className="truncate">
        <VisibleText text={tags.labels.get(stream) ?? stream} />
      </span>
    </span>
  );
}
