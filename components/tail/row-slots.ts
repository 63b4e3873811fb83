/**
 * Which drawn line shows which row, as React keys. Where most rows stay, a line follows its row;
 * where most are new, the lines stay and take new rows in: to make and lay out elements anew costs
 * several times as much as to change their texts.
 */
export class RowSlots {
  #first = 0;
  #keys: readonly number[] = [];
  #nextKey = 0;

  /** Keys for `count` rows from number `first` on. */
  keysFor(first: number, count: number): readonly number[] {
    const isPage = this.#keys.length === count && this.#staying(first, count) < count / 2;
    if (!isPage) {
      this.#keys = Array.from(
        { length: count },
        (_, at) => this.#keys[first + at - this.#first] ?? this.#nextKey++,
      );
    }
    this.#first = first;
    return this.#keys;
  }

  #staying(first: number, count: number): number {
    const from = Math.max(first, this.#first);
    const to = Math.min(first + count, this.#first + this.#keys.length);
    return Math.max(0, to - from);
  }
}
