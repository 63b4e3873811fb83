import { useMemo } from 'react';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { attentionOf } from '@/lib/model/diagnosis';
import type { Finding } from '@/lib/model/finding';

/** What needs attention now, worst first. */
export function useAttention(): Finding[] {
  const { snapshot } = useSnapshot();
  return useMemo(() => attentionOf(snapshot.streams), [snapshot]);
}
