import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryMask } from './mask';
import { MASK } from './mask-json';
import { decodePayload } from './payload';

const utf8 = new TextEncoder();
const SECRET = 'hunter2-Zq9';
const globs = ['password', '*token*', 'data.user.email', 'metadata.*secret*'];
const mask = new EntryMask(globs);

function shown(name: string, value: string | Uint8Array, by = mask): string {
  const bytes = typeof value === 'string' ? utf8.encode(value) : value;
  const masked = by.value(utf8.encode(name), bytes);
  return decodePayload(masked).text ?? Buffer.from(masked).toString('latin1');
}

describe('a name without a dot', () => {
  it.each([
    ['password', 'plain', MASK],
    ['PassWord', 'plain', MASK],
    ['password', '', MASK],
    ['my_token_2', '{"a":1}', MASK],
    ['user.password', 'plain', MASK],
    ['password.hint', 'plain', MASK],
    ['passwords', 'plain', 'plain'],
    ['data', `{"password":"${SECRET}"}`, `{"password":"${MASK}"}`],
    [
      'data',
      `{ "a" : [ {"Token": [1, {"x":2}] , "b":1e400 } ] }`,
      `{ "a" : [ {"Token": "${MASK}" , "b":1e400 } ] }`,
    ],
    ['data', `{"pass\\u0077ord" :\n 12 ,"b":2}`, `{"pass\\u0077ord" :\n "${MASK}" ,"b":2}`],
    [
      'data',
      `{"password":1,"password":{"a":"]}"},"c":"password"}`,
      `{"password":"${MASK}","password":"${MASK}","c":"password"}`,
    ],
    [
      'data',
      `{"__proto__":{"password":1},"constructor":2}`,
      `{"__proto__":{"password":"${MASK}"},"constructor":2}`,
    ],
    ['data', `{"a.password.b":1}`, `{"a.password.b":"${MASK}"}`],
  ])('of %s: %s', (name, value, wanted) => {
    expect(shown(name, value)).toBe(wanted);
  });
});

describe('a path', () => {
  it.each([
    ['data', `{"user":{"email":"a@b"},"email":"c"}`, `{"user":{"email":"${MASK}"},"email":"c"}`],
    [
      'data',
      `{"user":[{"email":"a@b"},{"EMAIL":1}]}`,
      `{"user":[{"email":"${MASK}"},{"EMAIL":"${MASK}"}]}`,
    ],
    ['data', `{"user.email":1}`, `{"user.email":"${MASK}"}`],
    ['other', `{"user":{"email":"a@b"}}`, `{"user":{"email":"a@b"}}`],
    ['metadata', `{"x":{"y":{"mysecret":1}}}`, `{"x":{"y":{"mysecret":"${MASK}"}}}`],
    ['data', `{"secret":1}`, `{"secret":1}`],
  ])('in %s: %s', (name, value, wanted) => {
    expect(shown(name, value)).toBe(wanted);
  });
});

describe('what is no whole JSON', () => {
  it.each([
    [
      'Python’s NaN',
      `{"a": NaN, "password": ${SECRET}x, "b": 1}`,
      `{"a": NaN, "password": "${MASK}", "b": 1}`,
    ],
    ['a cut end', `{"a":1,"password":"${SECRET}`, `{"a":1,"password":"${MASK}"`],
    ['a quote that is not escaped', `{"password":"a"b${SECRET}","c":1}`, `{"password":"${MASK}"`],
    [
      'lines of JSON',
      `{"password":1}\n{"password":2}`,
      `{"password":"${MASK}"}\n{"password":"${MASK}"}`,
    ],
    ['a byte order mark', `\ufeff{"password":1}`, `\ufeff{"password":"${MASK}"}`],
    ['text around it stays: it is not looked into', `log: {"password":1}`, `log: {"password":1}`],
    ['single quotes stay', `{'password': 'x'}`, `{'password': 'x'}`],
  ])('%s', (_, value, wanted) => {
    expect(shown('data', value)).toBe(wanted);
  });
});

describe('JSON within JSON', () => {
  it('is looked into as often as it was written', () => {
    const inner = JSON.stringify({ password: SECRET, n: 1 });
    const twice = JSON.stringify({ raw: inner });
    const thrice = JSON.stringify({ body: JSON.stringify(twice) });
    expect(shown('data', twice)).toBe(
      JSON.stringify({ raw: JSON.stringify({ password: MASK, n: 1 }) }),
    );
    expect(shown('data', thrice)).not.toContain(SECRET);
    expect(shown('data', JSON.stringify(twice))).not.toContain(SECRET);
  });

  it('follows the path through it', () => {
    const data = JSON.stringify({ user: JSON.stringify({ email: SECRET }) });
    expect(shown('data', data)).not.toContain(SECRET);
  });
});

describe('MessagePack', () => {
  it('is masked in place, and stays one whole value', () => {
    const value = {
      a: 1,
      user: { email: SECRET },
      list: [{ password: new Uint8Array([1]) }],
      z: 'z',
    };
    expect(JSON.parse(shown('data', encode(value)))).toEqual({
      a: 1,
      user: { email: MASK },
      list: [{ password: MASK }],
      z: 'z',
    });
  });

  it('is looked into where bytes or text hold more of it', () => {
    const inner = encode({ password: SECRET });
    for (const held of [inner, JSON.stringify({ password: SECRET })]) {
      const masked = mask.value(utf8.encode('data'), encode({ held, long: 'x'.repeat(70_000) }));
      expect(Buffer.from(masked).includes(SECRET)).toBe(false);
      expect(decodePayload(masked).kind).toBe('msgpack');
    }
  });

  it('takes bytes for names, and looks into maps that are names', () => {
    // {bin "password": "<secret>"}, then {{"password": "<secret>"}: 1}
    const name = [...utf8.encode('password')];
    const secret = [0xa0 + SECRET.length, ...utf8.encode(SECRET)];
    const byBytes = new Uint8Array([0x81, 0xc4, name.length, ...name, ...secret]);
    const asName = new Uint8Array([0x81, 0x81, 0xa8, ...name, ...secret, 0x01]);
    for (const bytes of [byBytes, asName]) {
      const masked = mask.value(utf8.encode('data'), bytes);
      expect(Buffer.from(masked).includes(SECRET)).toBe(false);
      expect(decodePayload(masked).kind).toBe('msgpack');
    }
  });

  it('an extension is masked under its name and stays under any other', () => {
    const ext = [0xc7, 3, 5, 1, 2, 3];
    const bytes = (name: string) =>
      new Uint8Array([0x81, 0xa0 + name.length, ...utf8.encode(name), ...ext]);
    expect(JSON.parse(shown('data', bytes('password')))).toEqual({ password: MASK });
    expect(JSON.parse(shown('data', bytes('other')))).toEqual({
      other: { ext: 5, base64: 'AQID' },
    });
  });
});

describe('what cannot be looked at', () => {
  it('is masked: too deep, in JSON and MessagePack', () => {
    const deep = 200_000;
    const json = `${'[{"a":'.repeat(deep)}{"x":"${SECRET}"}${'}]'.repeat(deep)}`;
    expect(shown('data', json)).not.toContain(SECRET);
    const packed = new Uint8Array([...new Array(deep).fill(0x91), 0xa1, 0x78]);
    expect(decodePayload(mask.value(utf8.encode('data'), packed)).text).toContain(MASK);
    let nested: Uint8Array = encode({ x: SECRET });
    for (let at = 0; at < 100; at++) nested = encode({ a: nested });
    expect(Buffer.from(mask.value(utf8.encode('data'), nested)).includes(SECRET)).toBe(false);
  });

  it('is masked: under a name or a path too long', () => {
    const long = 'n'.repeat(600);
    expect(shown('data', JSON.stringify({ [long]: SECRET, b: 1 }))).toBe(
      `{"${long}":"${MASK}","b":1}`,
    );
    expect(shown(long, SECRET)).toBe(MASK);
  });

  it('a name that is no UTF-8 is read as far as it can be', () => {
    const name = new Uint8Array([...utf8.encode('x_token_'), 0xff]);
    expect(Buffer.from(mask.value(name, utf8.encode(SECRET))).toString()).toBe(MASK);
  });
});

describe('hostile size', () => {
  it('is taken in one pass', () => {
    const names = Array.from({ length: 100_000 }, (_, at) => `"k${at}":{"password":1}`);
    const text = `{${names.join(',')}}`;
    expect(shown('data', text).split(MASK)).toHaveLength(100_001);
    const backslashes = `{"a":"[${'\\\\'.repeat(500_000)}"}`;
    expect(shown('data', backslashes)).toBe(backslashes);
    const dots = JSON.stringify({ ['.'.repeat(400)]: 1, ['a.'.repeat(200)]: 2 });
    expect(shown('data', dots)).toBe(dots);
  });
});

describe('an entry', () => {
  const entry = {
    id: '1-0' as const,
    fields: [
      ['password', 'one'],
      ['a', 'two'],
      ['password', 'three'],
      ['data', '{"password":4}'],
    ].map(([name = '', value = '']): [Uint8Array, Uint8Array] => [
      utf8.encode(name),
      utf8.encode(value),
    ]),
  };

  it('says which fields are masked, and how large it is in Redis', () => {
    const masked = mask.entry(entry);
    expect(masked.masked).toEqual({ places: [0, 2, 3], bytes: 46 });
    expect(Buffer.from(masked.fields[2]?.[1] ?? []).toString()).toBe(MASK);
  });

  it('is itself where nothing is covered', () => {
    const plain = { id: '1-0' as const, fields: [entry.fields[1] ?? []] as typeof entry.fields };
    expect(mask.entry(plain)).toBe(plain);
  });
});

/** Any JSON, with a secret under a covered name somewhere in it. */
const hidden = fc.letrec<{ tree: unknown; holder: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, fc.string(), fc.double({ noNaN: true }), fc.array(tie('tree'))),
  holder: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom('password', 'Password', 'x_token').map((name) => ({ [name]: SECRET })),
    fc.tuple(fc.array(tie('tree')), tie('holder')).map(([before, held]) => [...before, held]),
    fc
      .tuple(fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }), fc.string(), tie('holder'))
      .map(([members, name, held]) => ({ ...members, [name]: held })),
    fc
      .tuple(fc.constantFrom('password', 'a_token'), fc.array(tie('holder'), { minLength: 1 }))
      .map(([name, held]) => ({ [name]: held })),
  ),
}));

describe('any value', () => {
  it('never shows what stands under a covered name', () => {
    fc.assert(
      fc.property(hidden.holder, fc.constantFrom(0, 2), (value, space) => {
        const texts = [JSON.stringify(value, null, space), JSON.stringify(JSON.stringify([value]))];
        for (const text of texts) expect(shown('data', text)).not.toContain(SECRET);
        expect(shown('data', encode(value))).not.toContain(SECRET);
      }),
    );
  });

  it('stays byte for byte where no name is covered', () => {
    const none = new EntryMask(['nothing-is-called-so', 'nor.is-any-path']);
    fc.assert(
      fc.property(
        fc.json(),
        fc.string({ unit: 'binary' }),
        fc.uint8Array(),
        (json, text, bytes) => {
          const packed = encode(JSON.parse(json));
          for (const value of [utf8.encode(json), utf8.encode(text), bytes, packed]) {
            expect(none.value(utf8.encode('data'), value)).toBe(value);
          }
        },
      ),
    );
  });

  it('alters nothing but the values that are covered', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 3 }))), (members) => {
        const body = (covered: unknown) =>
          `[${members
            .map(([name, value]) => {
              const before = JSON.stringify({ [`k${name}`.replaceAll('.', '')]: value });
              return `${before},{"password": ${JSON.stringify(covered)} }`;
            })
            .join(',')}]`;
        const other = new EntryMask(['password']);
        const names = JSON.stringify(members).includes('password');
        if (!names) expect(shown('data', body(SECRET), other)).toBe(body(MASK));
      }),
    );
  });

  it('masking twice is masking once', () => {
    fc.assert(
      fc.property(hidden.holder, (value) => {
        const name = utf8.encode('data');
        const once = mask.value(name, encode(value));
        expect(mask.value(name, once)).toEqual(once);
      }),
    );
  });
});
