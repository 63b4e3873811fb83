/** Who watches the live feed, and what happened to them since the start. */
export interface SubscriberCounts {
  /** Open now, by transport. */
  sse: number;
  websocket: number;
  opened: number;
  /** Turned away by a limit. */
  refused: number;
  /** Ended because they took nothing for too long. */
  stalled: number;
  /** Messages taken, by all of them together. */
  delivered: number;
}

/** The live feed in figures, as `/health/detailed` and `/metrics` answer it. */
export interface FeedCounts extends SubscriberCounts {
  /** Answers of Redis to the reader. */
  reads: number;
  read_failures: number;
  /** How long the last hand-out of entries to all subscribers took, milliseconds; 0 before the first. */
  hand_out_ms: number;
}
