/**
 * Rows in a row, at most `capacity`: one more at either end lets the one at the other end go. A
 * row's number never changes; the first row pushed is 0, those before it are negative.
 */
export class LiveRowBuffer<Row> {
  #rows: (Row | undefined)[] = [];
  #head = 0;
  #size = 0;
  #firstNumber = 0;

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size === this.capacity;
  }

  /** The number of the oldest row held; of the next one pushed where none is. */
  get firstNumber(): number {
    return this.#firstNumber;
  }

  /** By place, 0 for the oldest row held. */
  at(place: number): Row | undefined {
    if (place < 0 || place >= this.#size) return undefined;
    return this.#rows[(this.#head + place) % this.capacity];
  }

  /** Adds a row after the newest; gives the oldest where that had to go. */
  push(row: Row): Row | undefined {
    const oldest = this.isFull ? this.at(0) : undefined;
    this.#rows[(this.#head + this.#size) % this.capacity] = row;
    if (oldest === undefined) {
      this.#size++;
      return undefined;
    }
    this.#head = (this.#head + 1) % this.capacity;
    this.#firstNumber++;
    return oldest;
  }

  /** Takes the oldest row out. */
  shift(): Row | undefined {
    const oldest = this.at(0);
    if (oldest === undefined) return undefined;
    this.#rows[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.capacity;
    this.#size--;
    this.#firstNumber++;
    return oldest;
  }

  /** Adds a row before the oldest; gives the newest where that had to go. */
  unshift(row: Row): Row | undefined {
    const newest = this.isFull ? this.at(this.#size - 1) : undefined;
    this.#head = (this.#head + this.capacity - 1) % this.capacity;
    this.#rows[this.#head] = row;
    this.#firstNumber--;
    if (newest === undefined) this.#size++;
    return newest;
  }

  /** Takes every row out, oldest first. Numbers go on. */
  drain(): Row[] {
    const rows: Row[] = [];
    for (let place = 0; place < this.#size; place++) {
      const row = this.at(place);
      if (row !== undefined) rows.push(row);
    }
    this.#firstNumber += this.#size;
    this.#rows = [];
    this.#head = 0;
    this.#size = 0;
    return rows;
  }
}
