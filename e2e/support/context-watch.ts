import type { BrowserContext, ConsoleMessage, Page, Request } from '@playwright/test';
import { readLiveFrames } from './live-frames';
import type { SecretWatch } from './secret-watch';

/** Parts of a page come as these; its scripts and styles are made before anything secret is there. */
const LOOKED_THROUGH: ReadonlySet<string> = new Set(['document', 'fetch', 'xhr', 'other']);

/**
 * Notes everything that may not happen in a browser context, on any of its pages: complaints of the
 * browser, breaches of the content security policy, dialogs, styles in attributes of the HTML, and
 * secrets in anything it is sent, live feeds as well.
 */
export class ContextWatch {
  readonly #found = new Set<string>();
  readonly #looks: Promise<void>[] = [];
  readonly #attached: Promise<void>[] = [];

  constructor(
    context: BrowserContext,
    private readonly secrets: SecretWatch,
    /** What a test that takes something away expects the browser to say about it. */
    private readonly expected: readonly RegExp[] = [],
  ) {
    for (const page of context.pages()) this.#watch(page);
    context.on('page', (page) => this.#watch(page));
    context.on('requestfinished', (request) => {
      if (LOOKED_THROUGH.has(request.resourceType())) this.#looks.push(this.#look(request));
    });
  }

  /** Resolves when every page there is now is watched, so that nothing it does from then on is missed. */
  async ready(): Promise<void> {
    await Promise.all(this.#attached);
  }

  /** What was found so far, once every answer that has come is looked through. */
  async findings(): Promise<string[]> {
    await Promise.all(this.#looks);
    return [...this.#found];
  }

  /** Of a test that planted it. */
  forget(): void {
    this.#found.clear();
  }

  #watch(page: Page): void {
    page.on('console', (message: ConsoleMessage) => {
      if (['error', 'warning', 'assert'].includes(message.type()))
        this.#note(`${message.text()} ${message.location().url}`.trim());
    });
    page.on('pageerror', (error) => this.#note(`Uncaught: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.#note(`Dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const finders = new Map<string, (piece: string) => string[]>();
    const live = readLiveFrames(page, (place, text) => {
      const find = finders.get(place) ?? this.secrets.finder(place);
      finders.set(place, find);
      for (const found of find(text)) this.#found.add(found);
    });
    for (const attaching of [page.addInitScript(tellBreaches), live]) {
      // A page that closes meanwhile has nothing more to tell.
      this.#attached.push(attaching.then(nothing, nothing));
    }
  }

  #note(complaint: string): void {
    if (!this.expected.some((pattern) => pattern.test(complaint))) this.#found.add(complaint);
  }

  async #look(request: Request): Promise<void> {
    const url = request.url();
    const take = (text: string) => {
      for (const found of this.secrets.find(url, text)) this.#found.add(found);
    };
    try {
      const response = await request.response();
      if (response === null) return;
      take(JSON.stringify(response.headers()));
      const body = await response.text();
      take(body);
      const isOurs = 'content-security-policy' in response.headers();
      const styled = request.resourceType() === 'document' && isOurs ? styledTags(body) : [];
      for (const tag of styled) this.#found.add(`${url}: ${tag}`);
    } catch {
      // A redirect has no body, and that of a page that is gone is gone with it.
    }
  }
}

/** Tags with a style in an attribute, which the policy would not let count. */
export function styledTags(html: string): string[] {
  return (html.match(/<[a-z][^<>]*? style="[^"]*"/gi) ?? []).map((tag) => tag.slice(0, 200));
}

function nothing(): void {}

/** Runs in the page. */
function tellBreaches(): void {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(
      `CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
    );
  });
}
