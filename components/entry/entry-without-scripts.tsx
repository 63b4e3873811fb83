import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { EntryDetail } from './entry-detail';

interface Props {
  id: EntryId;
  /** Null where it could not be read. */
  entry: WireEntry | null;
}

/** The entry a URL opens, in the page itself, for a browser that runs no script. */
export function EntryWithoutScripts({ id, entry }: Props) {
  return (
    <noscript>
      <section aria-labelledby="entry" className="mb-6 rounded-md border bg-raised p-4">
        <h2 id="entry" className="mb-3 font-mono text-14 font-semibold">
          {id}
        </h2>
        {entry ? (
          <EntryDetail entry={entry} />
        ) : (
          <p>This entry is not in Redis, or cannot be read now.</p>
        )}
      </section>
    </noscript>
  );
}
