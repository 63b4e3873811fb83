import { visibleText } from './visible-text';

/** After one of these a name goes on with what it is of the rest. */
const SEPARATOR = /^.*[:./_-]/s;

/**
 * Short names for streams that stand together: what they all begin with is left out, as far as it
 * ends with a separator and leaves something of each.
 */
export function streamLabels(names: readonly string[]): ReadonlyMap<string, string> {
  const [first = ''] = names;
  const isShared = (text: string) => names.every((name) => name.startsWith(text) && name !== text);
  let prefix = names.length > 1 ? first : '';
  while (prefix !== '' && !isShared(prefix)) {
    prefix = SEPARATOR.exec(prefix.slice(0, -1))?.[0] ?? '';
  }
  return new Map(names.map((name) => [name, name.slice(prefix.length)]));
}

/** Names as one reads them out: `a`, `a and b`, `a, b and c`. */
export function listOf(names: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(names.map(visibleText));
}
