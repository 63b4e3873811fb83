import clsx from 'clsx';
import type { ComponentProps, ReactNode } from 'react';
import { Tooltip } from './tooltip';

interface Props extends Omit<ComponentProps<'button'>, 'aria-label' | 'children'> {
  /** What it does: the accessible name, and the tooltip. */
  label: string;
  icon: ReactNode;
  size?: 'sm' | 'md';
}

/** A square button with an icon alone. */
export function IconButton({ label, icon, size = 'md', className, ...rest }: Props) {
  return (
    <Tooltip content={label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        className={clsx(
          'inline-flex shrink-0 items-center justify-center rounded-md text-quiet transition-colors hover:bg-hover hover:text-ink active:bg-pressed disabled:opacity-50 [&_svg]:size-4',
          size === 'sm' ? 'size-6' : 'size-8',
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
