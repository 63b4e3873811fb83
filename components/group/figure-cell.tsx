import clsx from 'clsx';
import type { ReactNode } from 'react';
import { None } from '@/components/group/lag-figure';
import { Cell } from '@/components/ui/table';

/** A row as a block where the table is narrow. */
export const STACKED_ROW =
  'max-xl:flex max-xl:h-auto max-xl:flex-wrap max-xl:items-center max-xl:gap-x-4 max-xl:px-3 max-xl:py-2';

/** A figure under its column; where the table is narrow, beside its name. */
export function FigureCell({
  label,
  none,
  children,
}: {
  label: string;
  /** Nothing to count: a dash under its column, left out where the table is narrow. */
  none?: boolean;
  children?: ReactNode;
}) {
  const empty = children === undefined;
  return (
    <Cell
      numeric
      className={clsx(
        'px-2 max-xl:flex max-xl:min-h-6 max-xl:items-center max-xl:gap-1.5 max-xl:p-0',
        (empty || none) && 'max-xl:hidden',
      )}
    >
      {!empty && <span className="text-12 text-faint xl:hidden">{label}</span>}
      {none ? <None /> : children}
    </Cell>
  );
}
