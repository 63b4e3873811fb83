import type { TailNoticeRow } from '@/lib/model/tail-row';

/** Redis away (`down`), or a stream alone in trouble (`up`, with a code). */
export interface TailTrouble {
  /** Null: all of them. */
  stream: string | null;
  redis: 'up' | 'down';
  code: string | null;
  since: string;
}

/** What a feed cannot get past, of Redis and of single streams. */
export class LiveTroubles {
  readonly #now = new Map<string | null, TailTrouble>();
  /** What was told last, also by a connection before this one. */
  readonly #told = new Map<string | null, string>();

  get all(): readonly TailTrouble[] {
    return [...this.#now.values()];
  }

  /** A new connection tells by itself what still holds, and not what is over. */
  begin(): void {
    this.#now.clear();
  }

  /** True where it is news. */
  tell({ stream, status, code, since }: Extract<TailNoticeRow, { kind: 'redis' }>): boolean {
    if (status === 'up' && code === null) {
      this.#told.delete(stream);
      return this.#now.delete(stream);
    }
    this.#now.set(stream, { stream, redis: status, code, since });
    const kind = `${status} ${code}`;
    const isNews = this.#told.get(stream) !== kind;
    this.#told.set(stream, kind);
    return isNews;
  }
}
