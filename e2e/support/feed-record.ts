/** One message of the live feed as it arrived, over SSE or WebSocket. */
export interface FeedItem {
  id: string | undefined;
  event: string;
  data: unknown;
  /** The text of `data` as it stood on the wire. */
  text: string;
}

/** Nobody should come near it: a busy machine may stand still for many seconds. */
const DEADLINE_MS = 60_000;

const ASIDES: ReadonlySet<string> = new Set(['dashboard.status', 'dashboard.position']);

/** All that one connection was sent, in order, and a way to wait for more. */
export abstract class FeedRecord {
  readonly items: FeedItem[] = [];
  /** Where the next connection is to begin: the last id it was told, with an entry or alone. */
  lastId: string | undefined;
  /** True once the connection is over, however it ended. */
  abstract readonly gone: boolean;
  #wakes = new Set<() => void>();
  #entriesMax = Number.POSITIVE_INFINITY;
  #entriesCount = 0;

  /** Leaves as a browser does that closes the tab. */
  abstract close(): void;
  /** Leaves as a machine does that loses its power: by a reset, not in order. */
  abstract abort(): void;
  /** Stops or goes on reading: the kernel's buffers fill up, as behind a slow line. */
  abstract pause(): void;
  abstract resume(): void;

  /** Breaks off behind so many entries in all, in the middle of what has just arrived. */
  breakAfter(entries: number): void {
    this.#entriesMax = entries;
    if (this.#entriesCount >= entries) this.abort();
  }

  /** Nothing counts any more of what arrives behind the end. */
  protected get deaf(): boolean {
    return this.#entriesCount >= this.#entriesMax;
  }

  protected add(item: FeedItem): void {
    if (this.deaf) return;
    this.items.push(item);
    if (item.id !== undefined) this.lastId = item.id;
    if (!item.event.startsWith('dashboard.')) this.#entriesCount++;
    if (this.deaf) this.abort();
    this.wake();
  }

  /** Looks again at what is waited for: something beside the items has changed. */
  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  /** The messages of one name. */
  named(event: string): FeedItem[] {
    return this.items.filter((item) => item.event === event);
  }

  /** Stream entries, without the dashboard's own messages. */
  get entries(): FeedItem[] {
    return this.items.filter((item) => !item.event.startsWith('dashboard.'));
  }

  /** What is told of the stream, in order; how Redis stands and where to resume may stand anywhere. */
  get told(): FeedItem[] {
    return this.items.filter((item) => !ASIDES.has(item.event));
  }

  get ids(): (string | undefined)[] {
    return this.entries.map((item) => item.id);
  }

  /** Resolves once `reached` is true; rejects with what has arrived when it never is. */
  async until(reached: () => boolean, what: string, deadlineMs = DEADLINE_MS): Promise<void> {
    if (reached()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#wakes.delete(look);
        settle();
      };
      const look = () => {
        if (reached()) end(resolve);
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`${what} did not come; ${this.#summary()}`))),
        deadlineMs,
      );
      this.#wakes.add(look);
    });
  }

  /** Resolves with the first message of that name from index `from` on. */
  async next(event: string, from = 0): Promise<FeedItem> {
    const find = () => this.items.slice(from).find((item) => item.event === event);
    await this.until(() => find() !== undefined, `A message named ${event}`);
    const found = find();
    if (found === undefined) throw new Error('What was found is gone.');
    return found;
  }

  /** Resolves once so many entries have arrived. */
  async untilEntries(count: number, deadlineMs?: number): Promise<void> {
    await this.until(() => this.entries.length >= count, `Entry number ${count}`, deadlineMs);
  }

  #summary(): string {
    const last = this.items
      .slice(-4)
      .map(({ id, event, text }) => `${event} ${id ?? '-'} ${text.slice(0, 120)}`);
    return `${this.items.length} messages so far, the last: ${last.join(' | ') || 'none'}`;
  }
}
