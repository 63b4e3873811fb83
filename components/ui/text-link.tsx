import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps } from 'react';

/** Pages are rendered from Redis as it stands: nothing is fetched ahead. */
const AHEAD = { prefetch: false } as const;

/** A link in running text or a table: accent, with a quiet line under it. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...AHEAD}
      {...rest}
      className={clsx(
        'rounded-md text-accent-ink underline decoration-line-strong underline-offset-4 hover:decoration-current',
        className,
      )}
    />
  );
}

/** The name of a thing that has a page: ink, so that a column of names stays calm. */
export function NameLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...AHEAD}
      {...rest}
      className={clsx(
        'rounded-md font-medium text-ink underline-offset-4 hover:text-accent-ink hover:underline',
        className,
      )}
    />
  );
}
