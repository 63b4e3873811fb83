/**
 * Gives the same key for the same request until it is known to have succeeded, and a new one
 * for another: so a retry after a lost answer adds nothing, and the next task is a new one.
 */
export class IdempotencyKey {
  #request: string | null = null;
  #key = '';

  constructor(private readonly makeKey: () => string) {}

  for(request: string): string {
    if (request !== this.#request) {
      this.#request = request;
      this.#key = this.makeKey();
    }
    return this.#key;
  }

  /** The request succeeded: the same one again is meant as another. */
  spend(): void {
    this.#request = null;
  }
}
