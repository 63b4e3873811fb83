'use client';

import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';

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
  return (
    <section
      ref={scroller}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reached by key
      tabIndex={0}
      className="max-h-[60dvh] overflow-auto rounded-md border bg-sunken px-3 py-2 font-mono text-12"
    >
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <div
            key={item.key}
            className="absolute top-0 left-0 h-5 leading-5 whitespace-pre"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            {line(item.index)}
          </div>
        ))}
      </div>
    </section>
  );
}
