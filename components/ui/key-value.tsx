import clsx from 'clsx';
import { Fragment, type ReactNode } from 'react';

/** Names and values in two columns. */
export function KeyValue({
  items,
  className,
}: {
  items: readonly { key: string; value: ReactNode }[];
  className?: string;
}) {
  return (
    <dl
      className={clsx(
        'grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-13 [overflow-wrap:anywhere]',
        className,
      )}
    >
      {items.map((item) => (
        <Fragment key={item.key}>
          <dt className="text-quiet">{item.key}</dt>
          <dd>{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
