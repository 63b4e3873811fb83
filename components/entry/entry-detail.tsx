import { VisibleText } from '@/components/entry/visible-text';
import { countOf } from '@/lib/model/count';
import type { WireEntry } from '@/lib/model/entry';
import { previewText } from '@/lib/model/value-preview';
import { visibleText } from '@/lib/model/visible-text';
import { ValueView, type ValueViewMemory } from './value-view';

const NAME_CHARS_MAX = 200;

interface Props {
  entry: WireEntry;
  onLoadAll?: (() => void) | undefined;
}

/** An entry's fields, in the order they were written; a name that stands twice is shown twice. */
export function EntryDetail({ entry, onLoadAll }: Props) {
  return (
    <>
      <h3 className="sr-only">{countOf(entry.fields.length, 'field')}</h3>
      <ol className="flex flex-col divide-y">
        {entry.fields.map((field, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may stand twice; the place is what tells them apart
          <li key={index} className="flex flex-col gap-2 py-4 first:pt-0 last:pb-0">
            <EntryField
              field={field}
              isMasked={entry.masked?.includes(index) ?? false}
              onLoadAll={onLoadAll}
            />
          </li>
        ))}
      </ol>
    </>
  );
}

interface FieldProps {
  field: WireEntry['fields'][number];
  /** Whether something in it is masked. */
  isMasked: boolean;
  onLoadAll?: (() => void) | undefined;
  /** Where how it is shown is kept for when it is drawn again. */
  view?: ValueViewMemory;
}

export function EntryField({ field: [name, value], isMasked, onLoadAll, view }: FieldProps) {
  const label = previewText(name, NAME_CHARS_MAX);
  return (
    <ValueView
      heading={
        <h4 className="font-mono text-13 font-medium [overflow-wrap:anywhere]">
          {label === '' ? (
            <span className="text-faint">(no name)</span>
          ) : (
            <VisibleText text={label} />
          )}
        </h4>
      }
      name={visibleText(label) || 'the field without a name'}
      value={value}
      isMasked={isMasked}
      onLoadAll={onLoadAll}
      memory={view}
    />
  );
}
