/** What the reader chose; `system` follows the device. */
export type Theme = 'light' | 'dark' | 'system';

/** The cookie that brings the choice to the server, so that the first HTML has it. */
export const THEME_COOKIE = 'theme';

export function parseTheme(value: string | undefined): Theme {
  return value === 'light' || value === 'dark' ? value : 'system';
}
