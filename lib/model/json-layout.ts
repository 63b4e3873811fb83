/**
 * Lays JSON text out for reading without parsing it into numbers: `12345678901234567890` and
 * `1.0` stay as they were written. The text must be valid JSON; nothing is checked here.
 */

const SPACE = /[ \t\r\n]/;
const DELIMITER = /[ \t\r\n,:{}[\]"]/;

/** The same JSON with one member or item a line, indented by two. */
export function layoutJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let at = 0;
  const newLine = () => parts.push('\n', '  '.repeat(depth));
  while (at < text.length) {
    const char = text.charAt(at);
    const end = tokenEnd(text, at);
    if (char === '{' || char === '[') {
      const next = skipSpace(text, end);
      if (text.charAt(next) === (char === '{' ? '}' : ']')) {
        parts.push(char, text.charAt(next));
        at = next + 1;
        continue;
      }
      parts.push(char);
      depth++;
      newLine();
    } else if (char === '}' || char === ']') {
      depth--;
      newLine();
      parts.push(char);
    } else if (char === ',') {
      parts.push(char);
      newLine();
    } else if (char === ':') {
      parts.push(': ');
    } else if (!SPACE.test(char)) {
      parts.push(text.slice(at, end));
    }
    at = end;
  }
  return parts.join('');
}

/** One member of an object: its name decoded, its value as JSON text. */
export type JsonMember = [name: string, json: string];

/**
 * The first `membersMax` members of a JSON object, in the order written, duplicates too.
 * Null where the text is no object.
 */
export function jsonMembers(
  text: string,
  membersMax = Number.POSITIVE_INFINITY,
): JsonMember[] | null {
  let at = skipSpace(text, 0);
  if (text.charAt(at) !== '{') return null;
  const members: JsonMember[] = [];
  at = skipSpace(text, at + 1);
  while (at < text.length && text.charAt(at) === '"' && members.length < membersMax) {
    const nameEnd = tokenEnd(text, at);
    const valueAt = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const valueEnd = valueEndsAt(text, valueAt);
    members.push([jsonString(text.slice(at, nameEnd)), text.slice(valueAt, valueEnd)]);
    at = skipSpace(text, valueEnd);
    if (text.charAt(at) === ',') at = skipSpace(text, at + 1);
  }
  return members;
}

/** What a JSON string literal says; any other JSON as it is written. */
export function jsonString(json: string): string {
  if (!json.startsWith('"')) return json;
  try {
    return String(JSON.parse(json));
  } catch {
    return json;
  }
}

function valueEndsAt(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const char = text.charAt(at);
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    at = tokenEnd(text, at);
  } while (depth > 0 && at < text.length);
  return at;
}

function tokenEnd(text: string, start: number): number {
  const char = text.charAt(start);
  if (char === '"') return stringEnd(text, start);
  if (DELIMITER.test(char)) return start + 1;
  let at = start;
  while (at < text.length && !DELIMITER.test(text.charAt(at))) at++;
  return at;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text.charAt(quote - 1 - backslashes) === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && SPACE.test(text.charAt(at))) at++;
  return at;
}
