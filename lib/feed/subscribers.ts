import { DashboardError } from '@/lib/model/errors';
import type { SubscriberCounts } from '@/lib/model/feed-counts';

export type Transport = 'sse' | 'websocket';

export interface SubscriberLimits {
  /** Most live connections of the process. */
  max: number;
  /** Most of them from one address. */
  perAddressMax: number;
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

  constructor(private readonly limits: SubscriberLimits) {}

  /**
   * Takes one in; what it returns, called once or more, lets it out again. Throws
   * `subscriber_limit` and `address_limit`. One of an unknown address counts in all only.
   */
  admit(transport: Transport, address: string | null): () => void {
    const { max, perAddressMax } = this.limits;
    const fromAddress = address === null ? 0 : (this.#byAddress.get(address) ?? 0);
    if (this.counts.sse + this.counts.websocket >= max) {
      throw this.#refuse(
        'subscriber_limit',
        `As many live connections are open as may be: ${max}.`,
      );
    }
    if (fromAddress >= perAddressMax) {
      const detail = `As many live connections are open from your address as may be: ${perAddressMax}.`;
      throw this.#refuse('address_limit', detail);
    }
    this.counts.opened++;
    this.counts[transport]++;
    if (address !== null) this.#byAddress.set(address, fromAddress + 1);
    let isIn = true;
    return () => {
      if (isIn) this.#release(transport, address);
      isIn = false;
    };
  }

  #refuse(code: 'subscriber_limit' | 'address_limit', detail: string): DashboardError {
    this.counts.refused++;
    return new DashboardError(code, detail);
  }

  #release(transport: Transport, address: string | null): void {
    this.counts[transport]--;
    if (address === null) return;
    const left = (this.#byAddress.get(address) ?? 0) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
