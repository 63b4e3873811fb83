import { Fragment, type ReactNode } from 'react';
import { formatBytes } from '@/lib/model/bytes';
import type { RowPart, TailEntryRow } from '@/lib/model/tail-row';
import { markedText, useMarks } from './marked-text';

const ID_CHARS_MAX = 20;

/** What an entry carries, on one line that its place cuts: `name value name value`. */
export function EntrySummary({ row }: { row: TailEntryRow }) {
  const marks = useMarks();
  return (
    <>
      {row.omittedBytes !== null && (
        <span className="mr-3 text-quiet">
          {formatBytes(row.omittedBytes)}, too large for a row: open it to see it
        </span>
      )}
      {row.parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name may stand twice
        <Fragment key={index}>
          <span className={index > 0 ? 'ml-3 text-faint' : 'text-faint'}>
            {part[0] === '' ? '(no name)' : markedText(part[0], marks)}
          </span>
          {valueAfterName(part, marks)}
        </Fragment>
      ))}
    </>
  );
}

/** One text where it can be, with the space before it: a row has many. */
function valueAfterName(part: RowPart, marks: readonly string[]): ReactNode {
  const value = part[1] === '' ? '""' : markedText(shortValue(part), marks);
  return typeof value === 'string' ? ` ${value}` : <> {value}</>;
}

/** Ids are long and alike: in a summary their two ends say enough. */
function shortValue([name, value]: RowPart): string {
  const isId = /(?:^|_)id$/i.test(name) && value.length > ID_CHARS_MAX;
  return isId ? `${value.slice(0, 8)}…${value.slice(-6)}` : value;
}
