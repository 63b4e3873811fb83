import clsx from 'clsx';
import type { ReactNode } from 'react';

type BadgeTone = 'plain' | 'accent' | 'info' | 'warn' | 'bad';

const TONES: Record<BadgeTone, string> = {
  plain: 'border-line-strong text-quiet',
  accent: 'border-transparent bg-accent-tint text-accent-ink',
  info: 'border-info-line bg-info-tint text-info-ink',
  warn: 'border-warn-line bg-warn-tint text-warn-ink',
  bad: 'border-bad-line bg-bad-tint text-bad-ink',
};

/** A short label beside a name: a kind, a count. A state is a `StateMark`. */
export function Badge({
  tone = 'plain',
  className,
  children,
}: {
  tone?: BadgeTone;
  className?: string;
  children: ReactNode;
}) {
  return (
    <span
      className={clsx(
        'inline-flex h-5 shrink-0 items-center gap-1 rounded-md border px-1.5 text-12 font-medium whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
