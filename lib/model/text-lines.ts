/** One line of text as it is drawn: a long line is drawn as several, `continued` but the first. */
export interface TextLine {
  text: string;
  continued: boolean;
}

/** Cuts text into lines of at most `charsMax`, never inside a character. */
export function textLines(text: string, charsMax: number): TextLine[] {
  const lines: TextLine[] = [];
  for (const line of text.split('\n')) {
    let from = 0;
    do {
      const to = cutBefore(line, from + charsMax);
      lines.push({ text: line.slice(from, to), continued: from > 0 });
      from = to;
    } while (from < line.length);
  }
  return lines;
}

function cutBefore(line: string, at: number): number {
  if (at >= line.length) return line.length;
  const code = line.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at + 1 : at;
}
