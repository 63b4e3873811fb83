import { globMatcher } from './filter-glob';

/** Names and paths longer than this are not looked at: what stands under them is masked. */
export const REDACTION_PATH_CHARS_MAX = 512;
/** Values nested deeper than this are not looked at either. */
export const REDACTION_DEPTH_MAX = 64;
/** Verdicts kept: the same names come again with each entry. */
const KEPT_MAX = 2_048;

type Test = (text: string) => boolean;

/**
 * Which names a list of globs covers (`REDACT_FIELDS`; docs/security.md says what matches). A glob
 * without a dot is held against each name by itself, one with a dot against the whole path from the
 * entry's field on; `*` stands for any characters, dots too; case does not count.
 */
export class Redaction {
  readonly #names: Test[];
  readonly #paths: Test[];
  /** By path: how the path is written from here on, or null for what is masked. */
  readonly #kept = new Map<string, string | null>();

  constructor(globs: readonly string[]) {
    const tests = (picked: string[]) =>
      picked.map((glob) => globMatcher(glob.toLowerCase().split('*')));
    this.#names = tests(globs.filter((glob) => !glob.includes('.')));
    this.#paths = tests(globs.filter((glob) => glob.includes('.')));
  }

  /**
   * The path of a member of what stands at `parent` (`''` for the entry itself); null where its value
   * is masked. A dot in a name parts it like nesting: `user.password` is `password` in `user`.
   */
  child(parent: string, name: string): string | null {
    if (parent.length + name.length >= REDACTION_PATH_CHARS_MAX) return null;
    const path = parent === '' ? name : `${parent}.${name}`;
    const known = this.#kept.get(path);
    if (known !== undefined) return known;
    const verdict = this.#judge(parent, name.toLowerCase());
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(path, verdict);
    return verdict;
  }

  #judge(parent: string, name: string): string | null {
    let path = parent;
    for (const part of name.split('.')) {
      path = path === '' ? part : `${path}.${part}`;
      if (this.#names.some((covers) => covers(part))) return null;
      if (this.#paths.some((covers) => covers(path))) return null;
    }
    return path;
  }
}
