import { type HttpAnswer, type HttpRequest, send } from './http-client';

/** A browser without scripts: it keeps cookies by host and port, and follows nothing by itself. */
export class CookieJar {
  readonly #cookies = new Map<string, Map<string, string>>();

  async send(url: string, { headers, ...rest }: HttpRequest = {}): Promise<HttpAnswer> {
    const { origin, pathname, search } = new URL(url);
    const cookie = this.cookiesOf(origin);
    const answer = await send(origin, pathname + search, {
      ...rest,
      headers: { ...(cookie && { cookie }), ...headers },
    });
    for (const line of answer.headers['set-cookie'] ?? []) this.#take(origin, line);
    return answer;
  }

  /** The `Cookie` header for this origin; empty without cookies. */
  cookiesOf(origin: string): string {
    const kept = this.#cookies.get(origin) ?? new Map<string, string>();
    return [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  set(origin: string, name: string, value: string): void {
    this.#take(origin, `${name}=${value}`);
  }

  #take(origin: string, line: string): void {
    const [pair = '', ...marks] = line.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    const kept = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, kept);
    const isOver = /expires=Thu, 01 Jan 1970|max-age=0/i.test(marks.join());
    if (isOver) kept.delete(name);
    else kept.set(name, pair.slice(at + 1));
  }
}
