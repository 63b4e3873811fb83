'use client';

import clsx from 'clsx';
import { X } from 'lucide-react';
import { use } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { IconButton } from '@/components/ui/icon-button';
import { TextLink } from '@/components/ui/text-link';
import { useHydrated } from '@/lib/browser/use-hydrated';
import { streamPageHref } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { StreamTagsContext } from './stream-tag';

interface Props {
  streams: readonly string[];
  onRemove: (stream: string) => void;
}

/** The streams of a tail in whole, each with the colour its rows have. */
export function StreamLegend({ streams, onRemove }: Props) {
  const hydrated = useHydrated();
  const tags = use(StreamTagsContext);
  if (tags === null) return null;
  return (
    <ul
      aria-label="Streams shown"
      className="flex shrink-0 gap-x-1.5 gap-y-1 text-13 max-sm:overflow-x-auto sm:flex-wrap"
    >
      {streams.map((stream) => (
        <li
          key={stream}
          className="flex min-h-6 max-w-full items-center gap-1.5 rounded-md border pl-2 text-12 max-sm:shrink-0"
        >
          <span
            aria-hidden
            className={clsx('h-3 w-1 shrink-0 rounded-full', tags.marks.get(stream))}
          />
          <TextLink
            href={streamPageHref(stream)}
            prefetch={false}
            className={clsx('truncate', !hydrated && 'pr-2')}
          >
            <VisibleText text={stream} />
          </TextLink>
          {hydrated && (
            <IconButton
              size="sm"
              label={`Remove ${visibleText(stream)} from this tail`}
              icon={<X aria-hidden className="size-3.5!" />}
              onClick={() => onRemove(stream)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
