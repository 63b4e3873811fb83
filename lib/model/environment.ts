/** Colours an environment may have. Red and amber are not among them: here they mean trouble. */
export const ENVIRONMENT_COLOURS = ['magenta', 'violet', 'blue', 'green', 'grey'] as const;

export type EnvironmentColour = (typeof ENVIRONMENT_COLOURS)[number];

export const ENVIRONMENT_NAME_CHARS_MAX = 40;

/** Where this dashboard stands, as its operator named it. */
export interface Environment {
  name: string;
  colour: EnvironmentColour;
  /** Shown so that nobody takes it for another. */
  isProduction: boolean;
}

const WORDS = /[\p{L}\p{N}]+/gu;
const PRODUCTION = new Set(['prod', 'production', 'live']);
const BEFORE_PRODUCTION = new Set(['pre', 'non', 'not', 'no']);

/**
 * `production`, `EU-prod` and `Live (2)` are production; `pre-production` and `non-prod` are not.
 * Without a colour production is magenta and everything else grey.
 */
export function environmentOf(name: string, colour: EnvironmentColour | undefined): Environment {
  const words = name.toLowerCase().match(WORDS) ?? [];
  const isProduction = words.some(
    (word, at) => PRODUCTION.has(word) && !BEFORE_PRODUCTION.has(words[at - 1] ?? ''),
  );
  return { name, colour: colour ?? (isProduction ? 'magenta' : 'grey'), isProduction };
}

/** The title of a page's tab begins with the environment: it is what a narrow tab still shows. */
export function pageTitle(environment: Environment | null, page: string | null): string {
  return [environment?.name, page, 'Shield Dashboard'].filter(Boolean).join(' · ');
}
