'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { DRAWER_SCROLLER } from '@/components/ui/drawer';
import { countOf } from '@/lib/model/count';
import type { WireEntry } from '@/lib/model/entry';
import { EntryDetail, EntryField } from './entry-detail';
import type { ValueViewMemory } from './value-view';

/** Up to here all fields stand in the page; beyond, only those in sight. */
const WHOLE_FIELDS_MAX = 40;
/** A field with a one-line value; each is measured once it is drawn. */
const FIELD_PX = 116;
const OVERSCAN_FIELDS = 4;

interface Props {
  entry: WireEntry;
  onLoadAll?: (() => void) | undefined;
}

/** The fields of an entry in a drawer, any number of them. */
export function EntryFields(props: Props) {
  const isShort = props.entry.fields.length <= WHOLE_FIELDS_MAX;
  return isShort ? <EntryDetail {...props} /> : <ManyFields {...props} />;
}

function ManyFields({ entry, onLoadAll }: Props) {
  const { fields } = entry;
  const list = useRef<HTMLOListElement>(null);
  const [top, setTop] = useState(0);
  const views = useRef(new Map<number, NonNullable<ReturnType<ValueViewMemory['get']>>>());
  const scrollerOf = () => list.current?.closest(`[${DRAWER_SCROLLER}]`) ?? null;
  // What stands above the fields scrolls away with them.
  useLayoutEffect(() => {
    const scroller = list.current?.closest(`[${DRAWER_SCROLLER}]`);
    if (!list.current || !scroller) return;
    const from = scroller.getBoundingClientRect().top - scroller.scrollTop;
    setTop(list.current.getBoundingClientRect().top - from);
  }, []);
  const virtualizer = useVirtualizer({
    count: fields.length,
    getScrollElement: scrollerOf,
    estimateSize: () => FIELD_PX,
    overscan: OVERSCAN_FIELDS,
    scrollMargin: top,
    useFlushSync: false,
  });
  return (
    <>
      <h3 className="text-12 text-quiet">{countOf(fields.length, 'field')}</h3>
      <ol ref={list} className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const field = fields[index];
          const memory: ValueViewMemory = {
            get: () => views.current.get(index),
            set: (view) => views.current.set(index, view),
          };
          return (
            field && (
              <li
                key={index}
                ref={virtualizer.measureElement}
                data-index={index}
                aria-setsize={fields.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0 top-0 flex flex-col gap-2 border-b py-4"
                style={{ transform: `translateY(${start - top}px)` }}
              >
                <EntryField
                  field={field}
                  isMasked={entry.masked?.includes(index) ?? false}
                  onLoadAll={onLoadAll}
                  view={memory}
                />
              </li>
            )
          );
        })}
      </ol>
    </>
  );
}
