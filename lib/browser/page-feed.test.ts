import { describe, expect, it, vi } from 'vitest';
import type { FeedMessage } from '@/lib/model/feed-message';
import { LiveConnection, type LiveConnectionOptions } from './live-connection';
import { PageFeed } from './page-feed';

/** Connections that are opened and never answered, in a tab that is shown or not. */
function setUp({ isShown = true } = {}) {
  const made: LiveConnectionOptions[] = [];
  const open = new Set<string>();
  const tabs = new Set<(isShown: boolean) => void>();
  const feed = new PageFeed({
    connect: (options) => {
      made.push(options);
      const connection = new LiveConnection(options);
      connection.open = () => void open.add(options.url);
      connection.close = () => void open.delete(options.url);
      connection.sleep = () => {
        open.delete(options.url);
        options.onState({ status: 'asleep' });
      };
      return connection;
    },
    tab: {
      follow: (tell) => {
        tabs.add(tell);
        tell(isShown);
        return () => void tabs.delete(tell);
      },
    },
  });
  const show = (shown: boolean) => {
    for (const tell of tabs) tell(shown);
  };
  const listener = { onStats: vi.fn(), onState: vi.fn() };
  const carry = (url: string, onMessage = (_message: FeedMessage) => {}) =>
    feed.carry({ url, after: null, onMessage, onState: () => {} });
  return { feed, made, open, tabs, show, listener, carry };
}

const settled = () => Promise.resolve();
const NUMBERS = '/events/stream?stats=only';

describe('PageFeed', () => {
  it('opens one connection for the numbers alone while somebody listens', async () => {
    const { feed, open, tabs, listener } = setUp();
    const end = feed.listen(listener);
    const endOther = feed.listen({ onStats: () => {}, onState: () => {} });
    await settled();
    expect([...open]).toEqual([NUMBERS]);
    end();
    await settled();
    expect([...open]).toEqual([NUMBERS]);
    endOther();
    await settled();
    expect([...open]).toEqual([]);
    expect(tabs.size).toBe(0);
  });

  it('lets entries carry the numbers: never two connections, and none in between', async () => {
    const { feed, made, open, listener, carry } = setUp();
    let end = carry('/a');
    feed.listen(listener);
    await settled();
    expect([...open]).toEqual(['/a']);
    end();
    end = carry('/b');
    await settled();
    expect([...open]).toEqual(['/b']);
    expect(made.map(({ url }) => url)).toEqual(['/a', '/b']);
    end();
    await settled();
    expect([...open]).toEqual([NUMBERS]);
    carry('/c');
    expect([...open]).toEqual(['/c']);
  });

  it('gives the numbers to who listens and the rest to who shows entries', async () => {
    const { feed, made, listener, carry } = setUp();
    feed.listen(listener);
    const messages: FeedMessage[] = [];
    carry('/a', (message) => messages.push(message));
    const entry = { event: 'dashboard.stats', id: '1-0', data: 'an entry of that type' };
    made.at(-1)?.onMessage({ event: 'dashboard.stats', data: '{}' });
    made.at(-1)?.onMessage(entry);
    expect(listener.onStats.mock.calls).toEqual([['{}']]);
    expect(messages).toEqual([entry]);
  });

  it('holds none while the tab is hidden, from the start on too', async () => {
    const { feed, open, show, listener, carry } = setUp({ isShown: false });
    carry('/a');
    feed.listen(listener);
    await settled();
    expect([...open]).toEqual([]);
    expect(listener.onState).toHaveBeenLastCalledWith({ status: 'asleep' });
    show(true);
    expect([...open]).toEqual(['/a']);
    show(false);
    expect([...open]).toEqual([]);
  });
});
