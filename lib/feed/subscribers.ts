import { DashboardError } from '@/lib/model/errors';
import type { SubscriberCounts } from '@/lib/model/feed-counts';

export type Transport = 'sse' | 'websocket';

export interface SubscriberLimits {
  /** Most live connections of the process. */
  max: number;
  /** Most of them from one address, and of one user. */
  perAddressMax: number;
  perUserMax: number;
}

/** By what a subscriber is counted besides all of them: null where that is not known. */
export interface Counted {
  address: string | null;
  user: string | null;
}

/** Who watches: admits subscribers up to the limits and counts them. */
export class Subscribers {
  readonly counts: SubscriberCounts = {
    sse: 0,
    websocket: 0,
    opened: 0,
    refused: 0,
    stalled: 0,
    delivered: 0,
  };
  readonly #byAddress = new Map<string, number>();
  readonly #byUser = new Map<string, number>();

  constructor(private readonly limits: SubscriberLimits) {}

  /**
   * Takes one in; what it returns, called once or more, lets it out again. Throws
   * `subscriber_limit`, `address_limit` and `user_limit`.
   */
  admit(transport: Transport, { address, user }: Counted): () => void {
    const { max, perAddressMax, perUserMax } = this.limits;
    if (this.counts.sse + this.counts.websocket >= max) {
      throw this.#refuse(
        'subscriber_limit',
        `As many live connections are open as may be: ${max}.`,
      );
    }
    if (countOf(this.#byAddress, address) >= perAddressMax) {
      const detail = `As many live connections are open from your address as may be: ${perAddressMax}.`;
      throw this.#refuse('address_limit', detail);
    }
    if (countOf(this.#byUser, user) >= perUserMax) {
      const detail = `You have as many live connections open as one may: ${perUserMax}.`;
      throw this.#refuse('user_limit', detail);
    }
    this.counts.opened++;
    this.counts[transport]++;
    add(this.#byAddress, address, 1);
    add(this.#byUser, user, 1);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.counts[transport]--;
      add(this.#byAddress, address, -1);
      add(this.#byUser, user, -1);
    };
  }

  #refuse(
    code: 'subscriber_limit' | 'address_limit' | 'user_limit',
    detail: string,
  ): DashboardError {
    this.counts.refused++;
    return new DashboardError(code, detail);
  }
}

function countOf(counts: ReadonlyMap<string, number>, key: string | null): number {
  return key === null ? 0 : (counts.get(key) ?? 0);
}

function add(counts: Map<string, number>, key: string | null, more: 1 | -1): void {
  if (key === null) return;
  const count = countOf(counts, key) + more;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
