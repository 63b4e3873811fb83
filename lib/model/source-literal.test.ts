import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { findOnPath } from '@/scripts/setup/find-on-path.mjs';
import { UNSEEN } from './redis-command';
import { pythonLiteral, typescriptLiteral, visibleJson } from './source-literal';

const HOSTILE = [
  '',
  'plain words',
  `it's "quoted" \`ticked\` \${PATH} $(id) \\n \\`,
  'two\nlines\r\n\ttab',
  'a\u001b[2Jb\u009bc\u0007\u0000',
  '\u202eevil\u2066\u2028\u2029\ufeff\u00ad',
  'ключ 🦆 \u{e0001}\u{e0041} {"a":1}',
  '%s %% {0} """ \'\'\' #{x}',
].map((text) => new TextEncoder().encode(text));
const BYTES = [
  new Uint8Array([0xff, 0x27, 0x5c, 0x22, 0x00, 0x0a, 0x61, 0x7f]),
  Uint8Array.from({ length: 256 }, (_, at) => 255 - at),
];
const ALL = [...HOSTILE, ...BYTES];

describe('TypeScript', () => {
  it('reads every literal back as the bytes it stands for', () => {
    for (const bytes of ALL) {
      const read: unknown = new Function(`return ${typescriptLiteral(bytes)}`)();
      expect(Buffer.from(read as string)).toEqual(Buffer.from(bytes));
    }
  });

  it('hides nothing in a literal, on one line', () => {
    for (const bytes of ALL) expect(typescriptLiteral(bytes)).not.toMatch(UNSEEN);
  });
});

describe('Python', () => {
  it('hides nothing in a literal, on one line', () => {
    for (const bytes of ALL) expect(pythonLiteral(bytes)).not.toMatch(UNSEEN);
  });

  it.skipIf(!findOnPath(['python3']))('reads every literal back as the bytes it stands for', () => {
    const values = ALL.map(pythonLiteral).join(',\n');
    const source = `for v in [${values}]:\n  print((v if isinstance(v, bytes) else v.encode()).hex())`;
    const lines = execFileSync('python3', ['-'], { input: source }).toString().split('\n');
    expect(lines.slice(0, -1)).toEqual(ALL.map((bytes) => Buffer.from(bytes).toString('hex')));
  });
});

it('JSON keeps its layout and its meaning, and shows what is not seen', () => {
  const value = { a: '\u202e\u0085 🦆 \u{e0041}', 'b\u200b': ['\u001b'] };
  const text = visibleJson(JSON.stringify(value, null, 2));
  expect(JSON.parse(text)).toEqual(value);
  expect(text.replaceAll('\n', '')).not.toMatch(UNSEEN);
  expect(text).toContain('\n  "a": "\\u202e\\u0085 🦆 \\udb40\\udc41"');
});
