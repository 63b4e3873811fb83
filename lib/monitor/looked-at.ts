/** Somebody looks at what was asked for within this time, milliseconds. */
export const LOOKED_AT_FOR_MS = 15_000;
/** Most groups whose pending entries are looked through: the oldest look ends first. */
const GROUPS_MAX = 32;

/** What somebody looks at: streams and groups that were asked for by name lately. */
export class LookedAt {
  readonly #streams = new Map<string, number>();
  readonly #groups = new Map<string, { stream: string; group: string; atMs: number }>();

  look(stream: string, group: string | null, nowMs: number): void {
    this.#streams.set(stream, nowMs);
    if (group === null) return;
    const key = JSON.stringify([stream, group]);
    this.#groups.delete(key);
    this.#groups.set(key, { stream, group, atMs: nowMs });
    const [oldest] = this.#groups.keys();
    if (this.#groups.size > GROUPS_MAX && oldest !== undefined) this.#groups.delete(oldest);
  }

  has(stream: string): boolean {
    return this.#streams.has(stream);
  }

  /** Groups of a stream that are looked at. */
  groupsOf(stream: string): string[] {
    return [...this.#groups.values()]
      .filter((one) => one.stream === stream)
      .map(({ group }) => group);
  }

  /** Forgets what nobody looked at for a while. */
  expire(nowMs: number): void {
    const isOver = (atMs: number) => nowMs - atMs >= LOOKED_AT_FOR_MS;
    for (const [stream, atMs] of this.#streams) if (isOver(atMs)) this.#streams.delete(stream);
    for (const [key, { atMs }] of this.#groups) if (isOver(atMs)) this.#groups.delete(key);
  }
}
