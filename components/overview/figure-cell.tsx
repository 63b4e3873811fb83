import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Cell } from '@/components/ui/table';

/** A row as a block where the table is narrow. */
export const STACKED_ROW =
  'max-xl:flex max-xl:flex-wrap max-xl:items-center max-xl:gap-x-4 max-xl:px-3 max-xl:py-2';

/** A figure under its column; where the table is narrow, beside its name. */
export function FigureCell({ label, children }: { label: string; children?: ReactNode }) {
  const empty = children === undefined || children === null || children === false;
  return (
    <Cell
      numeric
      className={clsx(
        'px-2 max-xl:flex max-xl:min-h-6 max-xl:items-center max-xl:gap-1.5 max-xl:p-0',
        empty && 'max-xl:hidden',
      )}
    >
      {!empty && <span className="text-12 text-faint xl:hidden">{label}</span>}
      {children}
    </Cell>
  );
}
