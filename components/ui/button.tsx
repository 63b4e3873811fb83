import clsx from 'clsx';
import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';
type Size = 'sm' | 'md';

const VARIANTS: Record<Variant, string> = {
  primary:
    'border-transparent bg-accent text-on-accent hover:bg-accent-strong active:bg-accent-strong',
  secondary: 'border-line-strong bg-raised text-ink hover:bg-hover active:bg-pressed',
  quiet: 'border-transparent text-quiet hover:bg-hover hover:text-ink active:bg-pressed',
  danger: 'border-transparent bg-bad-solid text-on-bad hover:opacity-90 active:opacity-80',
};

const SIZES: Record<Size, string> = {
  sm: 'h-7 gap-1.5 px-2 text-12',
  md: 'h-8 gap-2 px-3 text-13',
};

function buttonClass(variant: Variant, size: Size, className?: string) {
  return clsx(
    'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap transition-colors select-none',
    'disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
    VARIANTS[variant],
    SIZES[size],
    className,
  );
}

interface Look {
  variant?: Variant;
  size?: Size;
  icon?: ReactNode;
}

/** A button that does something. For something that goes somewhere, `ButtonLink`. */
export function Button({
  variant = 'secondary',
  size = 'md',
  icon,
  className,
  children,
  ...rest
}: ComponentProps<'button'> & Look) {
  return (
    <button type="button" {...rest} className={buttonClass(variant, size, className)}>
      {icon}
      {children}
    </button>
  );
}

export function ButtonLink({
  variant = 'secondary',
  size = 'md',
  icon,
  className,
  children,
  ...rest
}: ComponentProps<typeof Link> & Look) {
  return (
    <Link {...rest} className={buttonClass(variant, size, className)}>
      {icon}
      {children}
    </Link>
  );
}

/** For an address that is no page of ours: the browser itself goes there, and nothing is fetched before. */
export function ButtonAnchor({
  variant = 'secondary',
  size = 'md',
  icon,
  className,
  children,
  ...rest
}: ComponentProps<'a'> & Look) {
  return (
    <a {...rest} className={buttonClass(variant, size, className)}>
      {icon}
      {children}
    </a>
  );
}
