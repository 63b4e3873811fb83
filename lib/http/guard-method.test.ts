import { describe, expect, it } from 'vitest';
import { guardMethod } from './guard';

const refused = expect.objectContaining({ code: 'method_not_allowed' });

describe('a method', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('by which pages and data are asked for: %s', (method) => {
    for (const isPage of [true, false]) expect(() => guardMethod(method, isPage)).not.toThrow();
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('by which no page is asked for: %s', (method) => {
    expect(() => guardMethod(method, true)).toThrow(refused);
    expect(() => guardMethod(method, false)).not.toThrow();
  });

  it.each(['TRACE', 'CONNECT', 'TRACK', 'PROPFIND', 'get', ''])(
    'by which nothing is done here: %j',
    (method) => {
      for (const isPage of [true, false])
        expect(() => guardMethod(method, isPage)).toThrow(refused);
    },
  );
});
