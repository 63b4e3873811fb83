'use client';

import { useSearchParams } from 'next/navigation';
import { pageUrl, replacePageUrl } from '@/lib/browser/page-url';
import { rangeFromParams, withRange } from '@/lib/model/history-href';
import { type HistoryRange, parseHistoryRange } from '@/lib/model/history-query';

/** Whether the page's address names a range that is none, so that the default one is shown. */
export function useIsRangeWrong(): boolean {
  const named = useSearchParams().get('range') || null;
  return named !== null && parseHistoryRange(named) === null;
}

/** The range that the page's address names, and how to choose another, which the address then has. */
export function useRange(): [HistoryRange, (range: HistoryRange) => void] {
  const range = rangeFromParams(useSearchParams());
  const choose = (next: HistoryRange) => {
    replacePageUrl(withRange(pageUrl(), next) + window.location.hash);
  };
  return [range, choose];
}
