import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonObjectErrors, parseJsonObject } from './json-errors';

const places = (text: string) =>
  findJsonObjectErrors(text).map((error) => `${error.line}:${error.column} ${error.message}`);

describe('mistakes in a JSON object', () => {
  it('are none in an object, nor in an empty text', () => {
    expect(places('{"owner": "ana", "tags": [1, {"a": null}]}')).toEqual([]);
    expect(places('  \n')).toEqual([]);
    expect(parseJsonObject(' ')).toEqual({});
  });

  it('have a place and words', () => {
    expect(places('{\n  "owner": ana\n}')).toEqual([
      '2:12 Not a JSON value: text needs double quotes',
    ]);
    expect(places('{"a": 1 "b": 2}')).toEqual(['1:9 A comma is expected']);
    expect(places('{"a": 1')).toEqual(['1:8 A closing brace } is missing']);
    expect(places('{"a": 1}}')[0]).toBe('1:9 Nothing may follow the closing brace');
    expect(places('{"a": "x')[0]).toBe('1:7 The closing quote of this text is missing');
  });

  it('are comments and trailing commas, which JSON has not', () => {
    expect(places('{"a": 1} // note')[0]).toMatch(/^1:10 JSON has no comments/);
    expect(places('{"a": 1,}')).not.toEqual([]);
  });

  it('are other types than an object', () => {
    expect(places('[1]')).toEqual(['1:1 An object is expected: { … }']);
    expect(places(' "text"')).toEqual(['1:2 An object is expected: { … }']);
    expect(places('null')).toEqual(['1:1 An object is expected: { … }']);
  });

  it('are a property that stands twice, in the same object only', () => {
    expect(places('{"a": 1, "b": {"a": 1}}')).toEqual([]);
    expect(places('{"a": 1, "a": 2}')).toEqual([
      '1:10 “a” stands twice: only the last would be kept',
    ]);
  });

  it('are numbers that would not arrive as written', () => {
    expect(places('{"id": 12345678901234567890}')).toHaveLength(1);
    expect(places('{"id": 9007199254740993}')).toHaveLength(1);
    expect(places('{"id": 1e999}')).toHaveLength(1);
    expect(places('{"id": -0, "n": 9007199254740992, "x": 0.1}')).toEqual([]);
  });

  it('are found wherever JSON.parse refuses a text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'{}[]:,"\\ \nabn10-.etrufls/*')), (chars) => {
        const text = `{${chars.join('')}`;
        if (findJsonObjectErrors(text).length > 0) return;
        expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
