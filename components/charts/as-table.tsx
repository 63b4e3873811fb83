'use client';

import { type ReactNode, useState } from 'react';

interface Props {
  /** What the chart is called. */
  title: string;
  /** What a row is. */
  caption: ReactNode;
  head: ReactNode;
  /** Makes the rows, once it is opened. */
  rows: () => ReactNode;
}

/** A chart's values for those who read them. */
export function AsTable({ title, caption, head, rows }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="mt-1 text-12" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-md text-quiet hover:text-ink">As a table</summary>
      {isOpen && (
        <section
          aria-label={`${title}, as a table`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
          tabIndex={0}
          className="mt-2 max-h-72 overflow-auto rounded-md border"
        >
          <table className="w-full border-collapse text-12">
            <caption className="px-3 py-1.5 text-left text-quiet">
              {title}, {caption}
            </caption>
            {head}
            <tbody>{rows()}</tbody>
          </table>
        </section>
      )}
    </details>
  );
}
