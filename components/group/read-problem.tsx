'use client';

import { Notice } from '@/components/ui/notice';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import type { Problem } from './problem';

interface Props {
  /** Null where all is well. */
  problem: Pick<Problem, 'detail'> | null;
  /** What stands below though it is not new: `The list below`; null where nothing does. */
  before: string | null;
  /** What will be shown here: `The list`. */
  awaited: string;
}

/**
 * Why something could not be read, or not anew. While Redis is away the banner says so for everything
 * on the page, and this only what is missing.
 */
export function ReadProblem({ problem, before, awaited }: Props) {
  const isTold = useSnapshot().snapshot.redis.status === 'down';
  if (isTold && before === null) {
    return <p className="mb-2 text-13 text-quiet">{awaited} shown here once Redis answers.</p>;
  }
  if (isTold || problem === null) return null;
  return (
    <Notice tone="bad" title={problem.detail} className="mb-2" role="status">
      {before !== null && `${before} read before. `}Trying again every two seconds.
    </Notice>
  );
}
