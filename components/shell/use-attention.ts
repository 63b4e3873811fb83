import { useMemo } from 'react';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { type AttentionItem, findAttention } from '@/lib/model/attention';

/** What needs attention now. */
export function useAttention(): AttentionItem[] {
  const { snapshot } = useSnapshot();
  return useMemo(() => findAttention(snapshot), [snapshot]);
}
