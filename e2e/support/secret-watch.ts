import type { BrowserContext, Request } from '@playwright/test';

/** Parts of a page come as these; its scripts and styles are made before anything secret is there. */
const LOOKED_THROUGH: ReadonlySet<string> = new Set(['document', 'fetch', 'xhr', 'other']);

/** Secrets of a run, and whether they stand where they may not: in an answer or a log. */
export class SecretWatch {
  readonly #secrets = new Set<string>();

  add(...secrets: string[]): void {
    for (const secret of secrets) if (secret !== '') this.#secrets.add(secret);
  }

  /** The places of secrets in a text, without the secrets. */
  find(place: string, text: string): string[] {
    return [...this.#secrets].flatMap((secret, n) => {
      const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
      return forms.some((form) => text.includes(form)) ? [`${place}: secret ${n + 1}`] : [];
    });
  }

  /**
   * Looks through every answer that arrives whole; returns what waits for them and gives the places. A
   * live feed never does: what it says of itself is looked through elsewhere (secrets.http.test.ts).
   */
  follow(context: BrowserContext): () => Promise<string[]> {
    const looks: Promise<string[]>[] = [];
    context.on('requestfinished', (request) => {
      if (LOOKED_THROUGH.has(request.resourceType())) looks.push(this.#look(request));
    });
    return async () => (await Promise.all(looks)).flat();
  }

  async #look(request: Request): Promise<string[]> {
    try {
      const response = await request.response();
      const headers = JSON.stringify(response?.headers() ?? {});
      return this.find(request.url(), headers + ((await response?.text()) ?? ''));
    } catch {
      // A redirect has no body, and that of a page that is gone is gone with it.
      return [];
    }
  }
}
