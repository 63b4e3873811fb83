import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { toWireValue } from './entry';
import { previewText, previewValue } from './value-preview';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('previewValue', () => {
  it('shows text as it is, and its beginning where it is long', () => {
    expect(previewValue('short', 10)).toEqual({ text: 'short', kind: 'text', cut: false });
    expect(previewText('a long one', 5)).toBe('a lon…');
  });

  it('does not cut a character in two', () => {
    expect(previewText('ab😀cd', 3)).toBe('ab…');
  });

  it('decodes MessagePack', () => {
    expect(previewValue(toWireValue(encode({ n: 1, ok: true })), 80)).toEqual({
      text: '{"n":1,"ok":true}',
      kind: 'msgpack',
      cut: false,
    });
  });

  it('shows the first bytes of what is neither, in marks', () => {
    expect(previewText(toWireValue(Uint8Array.of(0xff, 0x00, 0xfe)), 80)).toBe('‹ff 00 fe›');
    expect(previewText(toWireValue(new Uint8Array(100).fill(0xff)), 80)).toBe(
      `‹${Array(12).fill('ff').join(' ')}…›`,
    );
  });

  it('says that a value cut on the way has more', () => {
    expect(previewText(toWireValue(bytes('x'.repeat(100)), 3), 80)).toBe('xxx…');
    const binary = toWireValue(new Uint8Array(100).fill(0xff), 2);
    expect(previewText(binary, 80)).toBe('‹ff ff…›');
  });
});
