/**
 * The nonce of this page's content security policy, for a library that adds a `<style>`; empty where
 * there is none. It lies where scripts alone can read it, on every script of the first HTML.
 */
export function pageNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}
