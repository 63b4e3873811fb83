import type { EntryId } from './entry-id';

/** An entry delivered to a consumer and not yet acknowledged. */
export interface PendingEntry {
  id: EntryId;
  consumer: string;
  /** Milliseconds since it was last delivered. */
  idle_ms: number;
  /** Times it was delivered. */
  deliveries: number;
}
