import type { ServerResponse } from 'node:http';

/**
 * The answers that Next writes, by request id. A route sees no connection, and an error in its stream
 * is seen only when its client takes more: one that takes nothing is cut here. Empty under `next start`.
 */
export class OpenAnswers {
  readonly #byRequest = new Map<string, ServerResponse>();

  /** Keeps it until it is over. */
  add(requestId: string, response: ServerResponse): void {
    this.#byRequest.set(requestId, response);
    response.once('close', () => this.#byRequest.delete(requestId));
  }

  /** Ends the connection at once, with whatever is still on its way. */
  cut(requestId: string | null): void {
    if (requestId !== null) this.#byRequest.get(requestId)?.destroy();
  }
}
