import type { ConsumersPage } from '@/lib/model/consumers-page';
import type { GroupAnswer } from '@/lib/model/group-answer';
import type { PendingPage } from '@/lib/model/pending';
import { useAnswer } from './use-answer';

const DIAGNOSIS_EVERY_MS = 2_000;
const CONSUMERS_EVERY_MS = 5_000;

/** One group with all that is found in it, kept up to date. */
export function useGroup(url: string | null, first: GroupAnswer | null) {
  return useAnswer(url, first, DIAGNOSIS_EVERY_MS);
}

/** A page of a group's consumers, kept up to date. */
export function useConsumers(url: string, first: ConsumersPage | null) {
  return useAnswer(url, first, CONSUMERS_EVERY_MS);
}

/** A page of what is pending. It is not read again by itself: nothing moves under the reader. */
export function usePending(url: string, first: PendingPage | null) {
  return useAnswer(url, first, 0);
}
