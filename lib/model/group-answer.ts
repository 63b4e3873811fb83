import type { ConsumerState } from './diagnosis-consumers';
import type { EntryId } from './entry-id';
import type { Finding } from './finding';
import type { GroupSnapshot } from './snapshot';

/** One group as it is looked at: its sample, and all that is found in it. */
export interface GroupAnswer extends GroupSnapshot {
  stream: string;
  /** Information too, worst first. The state is what they amount to. */
  findings: Finding[];
  /** Consumers by what they are taken for. */
  consumer_states: Record<ConsumerState, number>;
  /** Pending entries looked through for the findings, lowest ids first. */
  pending_looked_at: number;
  /** ISO 8601 UTC: when consumers and pending entries were read. */
  details_at: string;
  /** The stream it reads, as its last sample says. */
  edges: {
    length: number;
    first_entry: EntryId | null;
    last_entry: EntryId | null;
    last_generated_id: EntryId | null;
    entries_added: number | null;
  };
}
