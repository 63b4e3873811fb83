/**
 * The newest rows, at most `capacity`: the oldest is let go for each one more. A row's number
 * counts from the first row ever pushed and never changes.
 */
export class LiveRowBuffer<Row> {
  #rows: (Row | undefined)[] = [];
  #head = 0;
  #size = 0;
  #firstNumber = 0;
  #letGo = 0;

  constructor(readonly capacity: number) {}

  get size(): number {
    return this.#size;
  }

  /** The number of the oldest row held; of the next one pushed where none is. */
  get firstNumber(): number {
    return this.#firstNumber;
  }

  get letGo(): number {
    return this.#letGo;
  }

  /** By place, 0 for the oldest row held. */
  at(place: number): Row | undefined {
    if (place < 0 || place >= this.#size) return undefined;
    return this.#rows[(this.#head + place) % this.capacity];
  }

  push(row: Row): void {
    this.#rows[(this.#head + this.#size) % this.capacity] = row;
    if (this.#size < this.capacity) {
      this.#size++;
      return;
    }
    this.#head = (this.#head + 1) % this.capacity;
    this.#firstNumber++;
    this.#letGo++;
  }

  /** Takes every row out, oldest first, and forgets what was let go. Numbers go on. */
  drain(): { rows: Row[]; letGo: number } {
    const rows: Row[] = [];
    for (let place = 0; place < this.#size; place++) {
      const row = this.at(place);
      if (row !== undefined) rows.push(row);
    }
    const letGo = this.#letGo;
    this.#firstNumber += this.#size;
    this.#rows = [];
    this.#head = 0;
    this.#size = 0;
    this.#letGo = 0;
    return { rows, letGo };
  }
}
