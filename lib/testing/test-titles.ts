import ts from 'typescript';

/** What may stand between `test` or `describe` and its title without taking the test away. */
const RUNS: ReadonlySet<string> = new Set([
  ...['each', 'for', 'skipIf', 'runIf', 'concurrent', 'sequential', 'serial', 'parallel'],
  'describe',
]);

/**
 * The tests of a file as it is written, each by its titles from the outermost `describe` in. A title
 * that is made for each row of a table stands as its template. What is skipped is no test.
 */
export function testTitles(file: string, source: string): string[][] {
  const kind = file.endsWith('.mjs') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
  const parsed = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, false, kind);
  const found: string[][] = [];
  const walk = (node: ts.Node, above: string[]): void => {
    const call = ts.isCallExpression(node) ? readCall(node, parsed) : null;
    if (call && !call.runs) return;
    if (call && !call.isGroup) found.push([...above, call.title]);
    const inside = call?.isGroup ? [...above, call.title] : above;
    ts.forEachChild(node, (child) => walk(child, inside));
  };
  walk(parsed, []);
  return found;
}

/** Null where it is no call of `test`, `it` or `describe` with a title and a body. */
function readCall({ expression, arguments: given }: ts.CallExpression, file: ts.SourceFile) {
  const [title, ...rest] = given;
  if (!title || !rest.some(ts.isFunctionLike)) return null;
  if (!ts.isStringLiteralLike(title) && !ts.isTemplateExpression(title)) return null;
  const [base = '', ...marks] = namesOf(expression);
  if (!['test', 'it', 'describe'].includes(base)) return null;
  const isGroup = base === 'describe' || marks.includes('describe');
  const text = ts.isStringLiteralLike(title) ? title.text : title.getText(file).slice(1, -1);
  const runs = marks.every((mark) => RUNS.has(mark));
  return { title: text, isGroup, runs };
}

/** `it.each(rows)` is `it`, `each`. */
function namesOf(expression: ts.Expression): string[] {
  if (ts.isIdentifier(expression)) return [expression.text];
  if (ts.isPropertyAccessExpression(expression)) {
    return [...namesOf(expression.expression), expression.name.text];
  }
  if (ts.isCallExpression(expression)) return namesOf(expression.expression);
  return ts.isTaggedTemplateExpression(expression) ? namesOf(expression.tag) : [];
}
