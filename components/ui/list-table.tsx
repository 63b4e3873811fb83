import clsx from 'clsx';
import type { ReactNode } from 'react';
import { Table, TableHead, TableRow } from './table';

/** A table of things that open, a row each; on a phone a row is a block of some lines. */
export function ListTable({ head, children }: { head: ReactNode; children: ReactNode }) {
  return (
    <Table className="max-md:block md:table-fixed">
      <TableHead className="max-md:sr-only">
        <TableRow>{head}</TableRow>
      </TableHead>
      <tbody className="max-md:block">{children}</tbody>
    </Table>
  );
}

/** A row of a `ListTable`: its cells take `max-md:p-0`. */
export function ListRow({ isOpen = false, children }: { isOpen?: boolean; children: ReactNode }) {
  return (
    <TableRow
      className={clsx(
        'relative max-md:flex max-md:h-auto max-md:flex-wrap max-md:items-center max-md:gap-x-3 max-md:gap-y-0.5 max-md:px-3 max-md:py-2',
        isOpen ? 'bg-accent-tint' : 'hover:bg-hover',
      )}
      aria-current={isOpen || undefined}
    >
      {children}
    </TableRow>
  );
}

interface RowLinkProps {
  /** Whole, for a tab of its own and before any script. */
  href: string;
  /** What a plain press does instead. */
  onOpen: () => void;
  children: ReactNode;
}

/** The link of a `ListRow`: the row around it opens as well. */
export function RowLink({ href, onOpen, children }: RowLinkProps) {
  return (
    <a
      href={href}
      className="after:absolute after:inset-0 hover:text-accent-ink"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        onOpen();
      }}
    >
      {children}
    </a>
  );
}
