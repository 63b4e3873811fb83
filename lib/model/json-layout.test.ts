import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonMembers, jsonString, layoutJson } from './json-layout';

describe('layoutJson', () => {
  it('keeps every numeral as it was written', () => {
    expect(layoutJson('{"a":12345678901234567890,"b":1.0,"c":-1e400}')).toBe(
      '{\n  "a": 12345678901234567890,\n  "b": 1.0,\n  "c": -1e400\n}',
    );
  });

  it('keeps empty containers on one line', () => {
    expect(layoutJson('[ { } , [ ] ]')).toBe('[\n  {},\n  []\n]');
  });

  it('leaves brackets, escapes and quotes inside strings alone', () => {
    expect(layoutJson(String.raw`["a\"]{,:","\\"]`)).toBe('[\n  "a\\"]{,:",\n  "\\\\"\n]');
  });

  it('lays out as JSON.stringify does, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(layoutJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });
});

describe('jsonMembers', () => {
  it('gives names decoded and values as written, in order, duplicates too', () => {
    expect(jsonMembers(String.raw` { "é" : [1, {"x":2}] , "a":1.0,"a" : "\n" } `)).toEqual([
      ['é', '[1, {"x":2}]'],
      ['a', '1.0'],
      ['a', String.raw`"\n"`],
    ]);
  });

  it('stops after as many as were asked for', () => {
    expect(jsonMembers('{"a":1,"b":2,"c":3}', 2)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('tells that an array or a number has none', () => {
    expect(jsonMembers('[1]')).toBeNull();
    expect(jsonMembers('7')).toBeNull();
  });

  it('agrees with JSON.parse on every object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object, null, 1);
        const members = jsonMembers(text) ?? [];
        expect(members.map(([name]) => name)).toEqual(Object.keys(JSON.parse(text)));
        expect(members.map(([, json]) => JSON.parse(json))).toEqual(
          Object.values(JSON.parse(text)),
        );
      }),
    );
  });
});

describe('jsonString', () => {
  it('decodes a string literal and leaves the rest', () => {
    expect(jsonString(String.raw`"a\u0041"`)).toBe('aA');
    expect(jsonString('12345678901234567890')).toBe('12345678901234567890');
  });
});
