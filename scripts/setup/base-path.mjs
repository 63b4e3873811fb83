import { SetupError } from './main.mjs';

/** Unreserved characters, no dots alone: what stands in it needs no encoding anywhere. */
const BASE_PATH = /^(\/(?!\.+(\/|$))[A-Za-z0-9._-]+)*$/;

/**
 * The path below which the dashboard is served, as the build takes it: '' for the root of its host,
 * else such as `/shield`, without a slash at its end.
 * @param {string} [text] as an operator writes it
 */
export function basePathOf(text = '') {
  const path = text.replace(/\/$/, '');
  if (BASE_PATH.test(path)) return path;
  throw new SetupError(
    `BASE_PATH is a path such as /shield, of letters, digits, ., _ and -, not ${JSON.stringify(text)}`,
  );
}
