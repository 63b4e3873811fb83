import { formsOf } from './secret-forms';

/** Secrets of a run, and whether they stand where they may not: in an answer, a live feed or a log. */
export class SecretWatch {
  /** Each secret in every form it could slip out in. */
  readonly #secrets = new Map<string, string[]>();
  #longest = 0;

  add(...secrets: string[]): void {
    for (const secret of secrets) {
      if (secret === '' || this.#secrets.has(secret)) continue;
      const forms = formsOf(secret);
      this.#secrets.set(secret, forms);
      this.#longest = Math.max(this.#longest, ...forms.map((form) => form.length));
    }
  }

  /** The places of secrets in a text, without the secrets. */
  find(place: string, text: string): string[] {
    // The provider that gave an ID token is shown it at the sign-out (OpenID Connect RP-Initiated
    // Logout 1.0, section 2): in that one parameter it is where it belongs.
    const rest = text.replaceAll(/id_token_hint=[\w.-]+/g, '');
    return [...this.#secrets.values()].flatMap((forms, n) =>
      forms.some((form) => rest.includes(form)) ? [`${place}: secret ${n + 1}`] : [],
    );
  }

  /** The same of a text that comes in pieces, wherever they are cut. */
  finder(place: string): (piece: string) => string[] {
    let rest = '';
    return (piece) => {
      const text = rest + piece;
      rest = text.slice(Math.max(0, text.length - this.#longest));
      return this.find(place, text);
    };
  }
}
