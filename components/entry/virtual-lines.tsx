'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import { Room } from '@/components/ui/room';

const LINE_PX = 20;

interface Props {
  label: string;
  count: number;
  /** One line of 20 px. */
  line: (index: number) => ReactNode;
}

/** Any number of lines in mono, of which only those in sight are drawn. */
export function VirtualLines({ label, count, line }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
    initialRect: { width: 0, height: 400 },
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reached by key
      tabIndex={0}
      className="max-h-[60dvh] overflow-auto rounded-md border bg-sunken px-3 py-2 font-mono text-12"
    >
      <Room width={1} height={items[0]?.start ?? 0} />
      {items.map((item) => (
        <div key={item.key} className="h-5 leading-5 whitespace-pre">
          {line(item.index)}
        </div>
      ))}
      <Room width={1} height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
    </section>
  );
}
