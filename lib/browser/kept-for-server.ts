import { BASE_PATH } from '@/lib/model/base-path';

const COOKIE_SECONDS = 365 * 24 * 3600;

/** Keeps a choice of the reader in a cookie, so that the first HTML of the next page has it. */
export function keepForServer(name: string, value: string): void {
  const path = BASE_PATH || '/';
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing on plain http
  document.cookie = `${name}=${encodeURIComponent(value)}; path=${path}; max-age=${COOKIE_SECONDS}; samesite=lax`;
}
