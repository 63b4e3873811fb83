/**
 * Lets one loop wait for any of several things without piling up promises on them: a ring while
 * nobody waits is remembered, so that nothing is missed between looking and waiting.
 */
export class Alarm {
  #rung = false;
  #resolve: (() => void) | null = null;

  readonly ring = (): void => {
    this.#rung = true;
    this.#resolve?.();
  };

  /** Resolves at the next ring, or at once where one came since the last wait. */
  async wait(timeoutMs?: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#resolve = null;
    }
    this.#rung = false;
  }
}
