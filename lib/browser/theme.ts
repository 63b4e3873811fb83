import { THEME_COOKIE, type Theme } from '@/lib/model/theme';

const COOKIE_SECONDS = 365 * 24 * 3600;

/** Shows a theme at once, and has the server send it with the next page. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore is missing on plain http
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${COOKIE_SECONDS}; samesite=lax`;
}
