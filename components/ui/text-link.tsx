import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps } from 'react';

/** A link in running text or a table: accent, underlined when pointed at. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...rest}
      className={clsx(
        'rounded-md text-accent-ink underline-offset-4 hover:underline focus-visible:underline',
        className,
      )}
    />
  );
}

/** The name of a thing that has a page: ink, so that a column of names stays calm. */
export function NameLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...rest}
      className={clsx(
        'rounded-md font-medium text-ink underline-offset-4 hover:text-accent-ink hover:underline',
        className,
      )}
    />
  );
}
