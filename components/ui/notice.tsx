import clsx from 'clsx';
import type { ReactNode } from 'react';
import { ToneIcon } from './tone';

const TONES = {
  plain: 'border-line-strong bg-raised',
  info: 'border-info-line bg-info-tint',
  warn: 'border-warn-line bg-warn-tint',
  bad: 'border-bad-line bg-bad-tint',
} as const;

interface Props {
  tone: keyof typeof TONES;
  /** What happened, in one sentence. */
  title: ReactNode;
  /** Since when, what it means, what to do. */
  children?: ReactNode;
  actions?: ReactNode;
  /** `alert` interrupts a screen reader, `status` waits; none for what was there from the start. */
  role?: 'alert' | 'status';
  className?: string;
}

/** Something the reader should know before going on: cause and cure. */
export function Notice({ tone, title, children, actions, role, className }: Props) {
  return (
    <div
      role={role}
      className={clsx('flex gap-2.5 rounded-md border px-3 py-2.5 text-13', TONES[tone], className)}
    >
      <ToneIcon tone={tone === 'plain' ? 'calm' : tone} className="mt-0.5 size-4" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children && <div className="mt-0.5 max-w-[100ch] text-quiet">{children}</div>}
        {actions && <div className="mt-2 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}
