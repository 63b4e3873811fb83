import { describe, expect, it, vi } from 'vitest';
import { inPieces, textStream } from './text-stream';

async function* texts(...items: (string | Error)[]) {
  for (const item of items) {
    if (item instanceof Error) throw item;
    yield item;
  }
}
const options = () => ({ close: vi.fn(), stalledMs: 60_000 });

describe('a text stream', () => {
  it('is the text, and closes once at its end', async () => {
    const how = options();
    expect(await new Response(textStream(texts('a', 'ü'), how)).text()).toBe('aü');
    expect(how.close).toHaveBeenCalledOnce();
  });

  it('breaks where making it fails, instead of ending', async () => {
    const how = options();
    const reading = new Response(textStream(texts('a', new Error('gone')), how)).text();
    await expect(reading).rejects.toThrow('gone');
    expect(how.close).toHaveBeenCalledOnce();
  });

  it('makes no more than is taken, and stops when its reader leaves', async () => {
    const how = options();
    let made = 0;
    async function* endless() {
      for (;;) yield `${made++}`;
    }
    const reader = textStream(endless(), how).getReader();
    await reader.read();
    await reader.read();
    expect(made).toBeLessThanOrEqual(3);
    await reader.cancel();
    expect(how.close).toHaveBeenCalledOnce();
  });

  it('breaks off when its reader may stay no longer, also while it is being made', async () => {
    const how = options();
    const release = vi.fn();
    let cut = () => {};
    const hold = (end: () => void) => {
      cut = end;
      return release;
    };
    let go = () => {};
    async function* slow() {
      yield 'a';
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      yield 'b';
    }
    const reader = textStream(slow(), { ...how, hold }).getReader();
    await reader.read();
    const next = reader.read();
    cut();
    await expect(next).rejects.toThrow('may stay no longer');
    go();
    expect([how.close.mock.calls.length, release.mock.calls.length]).toEqual([1, 1]);
  });

  it('cuts a reader that takes nothing, and its connection', async () => {
    const how = { ...options(), breakOff: vi.fn(), stalledMs: 1 };
    const stream = textStream(texts('a', 'b'), how);
    await vi.waitFor(() => expect(how.close).toHaveBeenCalledOnce(), { timeout: 20_000 });
    await expect(stream.getReader().closed).rejects.toThrow('takes nothing');
    expect(how.breakOff).toHaveBeenCalledOnce();
  });
});

describe('pieces', () => {
  it('join short texts and lose none', async () => {
    const all: string[] = [];
    for await (const piece of inPieces(texts('a', 'b', 'x'.repeat(70_000), 'c'))) all.push(piece);
    expect(all).toEqual([`ab${'x'.repeat(70_000)}`, 'c']);
  });
});
