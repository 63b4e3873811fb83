import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow } from './csv';
import { contentDisposition, toCsv, toNdjson } from './download-format';

type Item = Parameters<typeof toNdjson>[0] extends AsyncIterable<infer T> ? T : never;

const bytes = (value: string | Uint8Array) =>
  typeof value === 'string' ? new TextEncoder().encode(value) : value;
const entry = (id: string, ...fields: [string | Uint8Array, string | Uint8Array][]): Item => ({
  entry: { id, fields: fields.map(([name, value]) => [bytes(name), bytes(value)]) },
});
async function* from<T>(items: T[]) {
  yield* items;
}
async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

/** A reader of RFC 4180 written from its grammar: quoted or plain cells, CRLF after each row. */
function readCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < csv.length) {
    const row: string[] = [];
    for (;;) {
      const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
      cell.lastIndex = at;
      const [whole = '', quoted, plain = ''] = cell.exec(csv) ?? [];
      row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      at += whole.length;
      if (csv[at] !== ',') break;
      at++;
    }
    expect(csv.slice(at, at + 2)).toBe('\r\n');
    at += 2;
    rows.push(row);
  }
  return rows;
}

describe('a CSV row', () => {
  it('is read back exactly, whatever is in its cells', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'a,"\r\n=+-@\t ') }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        expect(readCsv(csvRow(cells, { isSafe: false }))).toEqual([cells]);
      }),
    );
  });

  it('for spreadsheets begins no cell as a formula', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
      const [row] = readCsv(csvRow([`${start}1+1`, 'a=1'], { isSafe: true }));
      expect(row).toEqual([`'${start}1+1`, 'a=1']);
    }
  });
});

describe('a CSV download', () => {
  it('has a column a field, and as JSON in the last what no column holds exactly', async () => {
    const items = [
      entry('1-0', ['a', '1'], ['b,"', 'x\r\ny'], ['a', 'again']),
      entry(
        '2-0',
        ['b,"', ''],
        ['id', 'own'],
        ['a', Uint8Array.of(0xff)],
        [Uint8Array.of(0xfe), 'n'],
      ),
    ];
    const csv = await text(toCsv(from(items), { isSafe: false }));
    expect(readCsv(csv)).toEqual([
      ['id', 'time', 'a', 'b,"', 'other_fields'],
      ['1-0', '1970-01-01T00:00:00.001Z', '1', 'x\r\ny', '[["a","again"]]'],
      [
        ...['2-0', '1970-01-01T00:00:00.002Z', '', ''],
        '[["id","own"],["a",{"base64":"/w=="}],[{"base64":"/g=="},"n"]]',
      ],
    ]);
    expect(csv).toContain('2-0,1970-01-01T00:00:00.002Z,,"",');
  });

  it('takes its columns from the first hundred entries, and puts later names in the last', async () => {
    const items = Array.from({ length: 101 }, (_, n) =>
      entry(`${n + 1}-0`, [`f${n % 100 === n ? n % 3 : 'late'}`, 'v']),
    );
    const rows = readCsv(await text(toCsv(from(items), { isSafe: false })));
    expect(rows[0]).toEqual(['id', 'time', 'f0', 'f1', 'f2', 'other_fields']);
    expect(rows).toHaveLength(102);
    expect(rows[101]?.at(-1)).toBe('[["flate","v"]]');
  });

  it('tells a gap in a row without an id, and of nothing is its header', async () => {
    const gap = { after: '1-0', before: '9-0', lost: 7 };
    const csv = await text(toCsv(from([entry('1-0', ['a', '1']), { gap }]), { isSafe: false }));
    expect(readCsv(csv)[2]).toEqual(['', '', '', JSON.stringify({ gap })]);
    expect(await text(toCsv(from([]), { isSafe: false }))).toBe('id,time,other_fields\r\n');
  });
});

describe('an NDJSON download', () => {
  it('has a line an entry, fields in order, duplicates and bytes too, and a line for a gap', async () => {
    const gap = { after: '1-0', before: '9-0', lost: null };
    const items = [entry('1-0', ['a', '1\n'], ['a', Uint8Array.of(0xff)]), { gap }];
    const lines = (await text(toNdjson(from(items)))).split('\n');
    expect(lines.map((line) => (line === '' ? line : JSON.parse(line)))).toEqual([
      {
        id: '1-0',
        time: '1970-01-01T00:00:00.001Z',
        fields: [
          ['a', '1\n'],
          ['a', { base64: '/w==' }],
        ],
      },
      { gap },
      '',
    ]);
  });
});

describe('the name of the file', () => {
  const times = {
    format: 'csv',
    fromMs: Date.UTC(2026, 0, 2),
    toMs: Date.UTC(2026, 0, 3, 4, 5, 6),
  } as const;

  it('has the stream and the time it covers', () => {
    expect(contentDisposition('shield:events', times)).toBe(
      'attachment; filename="shield-events_20260102T000000Z-20260103T040506Z.csv"; ' +
        "filename*=UTF-8''shield-events_20260102T000000Z-20260103T040506Z.csv",
    );
  });

  it('is one header of one line and no path, whatever the stream is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (stream) => {
        const header = contentDisposition(stream, times);
        expect(header).toMatch(
          /^attachment; filename="[A-Za-z0-9_][A-Za-z0-9._-]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/,
        );
        expect(header).not.toContain('%2F');
      }),
    );
    expect(() => new Headers({ x: contentDisposition('a"\r\nb/../ü日', times) })).not.toThrow();
  });
});
