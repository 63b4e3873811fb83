import clsx from 'clsx';
import type { ComponentProps } from 'react';

/** Scrolls sideways inside itself where it must; the page never does. */
export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return (
    <div className="overflow-x-auto rounded-md border bg-raised">
      <table {...rest} className={clsx('w-full border-collapse text-13', className)} />
    </div>
  );
}

export function TableHead({ className, ...rest }: ComponentProps<'thead'>) {
  return <thead {...rest} className={clsx('border-b text-12 text-quiet', className)} />;
}

/** 32 px at least, a hairline above every row but the first. */
export function TableRow({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr {...rest} className={clsx('h-8 border-t border-line first:border-t-0', className)} />;
}

interface Align {
  /** Figures: to the right, tabular. */
  numeric?: boolean;
}

export function HeaderCell({ numeric, className, ...rest }: ComponentProps<'th'> & Align) {
  return (
    <th
      scope="col"
      {...rest}
      className={clsx(
        'h-8 px-3 font-medium whitespace-nowrap',
        numeric ? 'text-right' : 'text-left',
        className,
      )}
    />
  );
}

/** One heading a column, close together where there are many. */
export function HeaderCells({
  columns,
  className,
}: {
  columns: readonly ({ label: string } & Align)[];
  className?: string;
}) {
  return columns.map(({ label, numeric }) => (
    <HeaderCell key={label} numeric={numeric} className={clsx('px-2 first:pl-3', className)}>
      {label}
    </HeaderCell>
  ));
}

export function Cell({ numeric, className, ...rest }: ComponentProps<'td'> & Align) {
  return (
    <td
      {...rest}
      className={clsx(
        'px-3 py-1',
        numeric && 'text-right whitespace-nowrap tabular-nums',
        className,
      )}
    />
  );
}
