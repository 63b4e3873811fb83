import type { EntryId } from '@/lib/model/entry-id';
import { FEED_STATS, type FeedMessage } from '@/lib/model/feed-message';
import {
  LiveConnection,
  type LiveConnectionOptions,
  type LiveConnectionState,
} from './live-connection';
import { browserTab, type Tab } from './tab';

/** Sends the live numbers and no entries. */
const NUMBERS_ALONE = '/events/stream?stats=only';

/** Who shows the live numbers. */
export interface NumbersListener {
  /** The statistics as JSON. */
  onStats: (json: string) => void;
  /** How the connection that brings them stands. */
  onState: (state: LiveConnectionState) => void;
}

/** What a page that shows entries asks for; the numbers must come with them (`stats=1`). */
type EntriesRequest = Omit<LiveConnectionOptions, 'world'>;

interface Options {
  connect?: (options: LiveConnectionOptions) => LiveConnection;
  tab?: Tab;
}

interface OpenFeed {
  connection: LiveConnection;
  end: () => void;
}

/**
 * The one live connection of a page. Where entries are shown it carries the numbers beside them,
 * else the numbers alone. While the tab is hidden there is none.
 */
export class PageFeed {
  readonly #connect: (options: LiveConnectionOptions) => LiveConnection;
  readonly #tab: Tab;
  readonly #listeners = new Set<NumbersListener>();
  #carriers = 0;
  #numbersAlone: OpenFeed | null = null;
  #state: LiveConnectionState = { status: 'connecting' };

  constructor({
    connect = (options) => new LiveConnection(options),
    tab = browserTab,
  }: Options = {}) {
    this.#connect = connect;
    this.#tab = tab;
  }

  /** Listens for the numbers, until ended. */
  listen(listener: NumbersListener): () => void {
    this.#listeners.add(listener);
    listener.onState(this.#state);
    this.#settle();
    return () => {
      this.#listeners.delete(listener);
      this.#settle();
    };
  }

  /** Takes the connection over for entries, until ended; that gives where they would go on. */
  carry(request: EntriesRequest): () => EntryId | null {
    this.#carriers++;
    this.#endNumbersAlone();
    const { connection, end } = this.#open(request);
    return () => {
      end();
      this.#carriers--;
      this.#settle();
      return connection.lastId;
    };
  }

  /** Not at once: one page's entries may be about to follow another's. */
  #settle(): void {
    queueMicrotask(() => {
      if (this.#listeners.size === 0) return this.#endNumbersAlone();
      if (this.#carriers > 0 || this.#numbersAlone) return;
      const nothing = () => {};
      const request = { url: NUMBERS_ALONE, after: null, onMessage: nothing, onState: nothing };
      this.#numbersAlone = this.#open(request);
    });
  }

  #endNumbersAlone(): void {
    this.#numbersAlone?.end();
    this.#numbersAlone = null;
  }

  #open(request: EntriesRequest): OpenFeed {
    const connection = this.#connect({
      ...request,
      onMessage: (message) => this.#share(message, request),
      onState: (state) => {
        this.#state = state;
        request.onState(state);
        for (const listener of this.#listeners) listener.onState(state);
      },
    });
    const leaveTab = this.#tab.follow((isShown) => {
      if (isShown) connection.open();
      else connection.sleep();
    });
    const end = () => {
      leaveTab();
      connection.close();
    };
    return { connection, end };
  }

  #share(message: FeedMessage, request: EntriesRequest): void {
    if (message.event === FEED_STATS && !message.id) {
      for (const listener of this.#listeners) listener.onStats(message.data);
    } else request.onMessage(message);
  }
}
