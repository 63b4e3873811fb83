import { formatBytes } from '@/lib/model/bytes';
import type { RowPart, TailEntryRow } from '@/lib/model/tail-row';
import { MarkedText } from './marked-text';

const ID_CHARS_MAX = 20;

/** What an entry carries, on one line that its place cuts: `name value name value`. */
export function EntrySummary({ row }: { row: TailEntryRow }) {
  return (
    <>
      {row.omittedBytes !== null && (
        <span className="text-quiet">
          {formatBytes(row.omittedBytes)}, too large for a row: open it to see it
        </span>
      )}
      {row.parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name may stand twice
        <span key={index} className="mr-3">
          <span className="text-faint">
            {part[0] === '' ? '(no name)' : <MarkedText text={part[0]} />}
          </span>{' '}
          {part[1] === '' ? '""' : <MarkedText text={shortValue(part)} />}
        </span>
      ))}
    </>
  );
}

/** Ids are long and alike: in a summary their two ends say enough. */
function shortValue([name, value]: RowPart): string {
  const isId = /(?:^|_)id$/i.test(name) && value.length > ID_CHARS_MAX;
  return isId ? `${value.slice(0, 8)}…${value.slice(-6)}` : value;
}
