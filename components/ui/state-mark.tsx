import clsx from 'clsx';
import type { ReactNode } from 'react';
import { TONE_TEXT, type Tone, ToneIcon } from './tone';

/** A state as icon, word and colour; the word alone is enough. */
export function StateMark({
  tone,
  children,
  className,
}: {
  tone: Tone;
  children: ReactNode;
  className?: string;
}) {
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 whitespace-nowrap',
        TONE_TEXT[tone],
        (tone === 'bad' || tone === 'warn') && 'font-medium',
        className,
      )}
    >
      <ToneIcon tone={tone} />
      {children}
    </span>
  );
}
