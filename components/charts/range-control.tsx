'use client';

import { SegmentedControl } from '@/components/ui/segmented-control';
import { RANGE_WORDS, RANGES } from '@/lib/model/history-href';
import { useRange } from './use-range';

const OPTIONS = RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }));

/** How far back the charts of a page reach. */
export function RangeControl() {
  const [range, choose] = useRange();
  return <SegmentedControl label="Time shown" value={range} onChange={choose} options={OPTIONS} />;
}
