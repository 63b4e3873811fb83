'use client';

import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Notice } from '@/components/ui/notice';
import { Timestamp } from '@/components/ui/timestamp';
import type { Past } from '@/lib/browser/use-history';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { RANGE_DEFAULT, RANGE_WORDS } from '@/lib/model/history-href';
import type { HistoryAnswer } from '@/lib/model/history-query';
import { type HistoryWords, historyWords } from '@/lib/model/history-words';
import { CrosshairProvider } from './crosshair';
import { RangeControl } from './range-control';
import { useIsRangeWrong } from './use-range';

interface Props {
  past: Past<HistoryAnswer>;
  /** One line beside the heading. */
  note?: ReactNode;
  /** Where something above says already that this is the past: the heading is for ears only. */
  isHeadingHidden?: boolean;
  children: ReactNode;
}

/** Charts over the same time: their range, where their past is kept, and what is wrong with it. */
export function ChartSection({ past, note, isHeadingHidden = false, children }: Props) {
  const { answer, error, isStale } = past;
  const words = answer && historyWords(answer.history);
  // While Redis is away the banner says so, for everything on the page.
  const isTold = useSnapshot().snapshot.redis.status === 'down';
  const isRangeWrong = useIsRangeWrong();
  const isOff = answer?.history.configured === 'off';
  return (
    <section aria-labelledby="history" className="mb-6">
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="history" className={isHeadingHidden ? 'sr-only' : 'text-14 font-semibold'}>
          History
        </h2>
        {note && <p className="text-12 text-quiet">{note}</p>}
        {!isOff && (
          <div className="ml-auto">
            <RangeControl />
          </div>
        )}
      </div>
      {isRangeWrong && (
        <Notice tone="warn" title="The address names a range that is none." className="mb-2">
          Showing {RANGE_WORDS[RANGE_DEFAULT]}.
        </Notice>
      )}
      {error && isTold && answer && (
        <p role="status" className="mb-2 text-12 text-quiet">
          The charts end where an answer came last.
        </p>
      )}
      {error && !isTold && (
        <Notice tone="bad" title={error.message} className="mb-2" role="status">
          {answer ? 'The charts end where an answer came last. ' : ''}Trying again every two
          seconds.
        </Notice>
      )}
      {words && (
        <Notice tone={words.tone} title={<HistoryTitle words={words} />} className="mb-2">
          {words.detail}
        </Notice>
      )}
      <CrosshairProvider>
        <div
          aria-busy={isStale || undefined}
          className={clsx('grid gap-3 lg:grid-cols-2', isStale && 'opacity-60')}
        >
          {children}
        </div>
      </CrosshairProvider>
      <noscript>
        <p className="mt-2 text-13 text-quiet">Charts are drawn by scripts.</p>
      </noscript>
    </section>
  );
}

function HistoryTitle({ words: { title, since } }: { words: HistoryWords }) {
  return (
    <>
      {title}
      {since !== null && (
        <>
          , since <Timestamp at={since} show="full" withZone asClock />
        </>
      )}
      .
    </>
  );
}
