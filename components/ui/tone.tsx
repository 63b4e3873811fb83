import { CircleDashed, CircleX, Dot, Info, Minus, TriangleAlert } from 'lucide-react';

/** What a state asks of the reader. `calm` has no colour: colour is spent on trouble. */
export type Tone = 'calm' | 'off' | 'unknown' | 'info' | 'warn' | 'bad';

const ICONS = {
  calm: Dot,
  off: Minus,
  unknown: CircleDashed,
  info: Info,
  warn: TriangleAlert,
  bad: CircleX,
};

const ICON_COLOURS: Record<Tone, string> = {
  calm: 'text-mark [&_circle]:fill-current [&_circle]:[r:3px]',
  off: 'text-mark',
  unknown: 'text-mark',
  info: 'text-info',
  warn: 'text-warn',
  bad: 'text-bad',
};

export const TONE_TEXT: Record<Tone, string> = {
  calm: 'text-quiet',
  off: 'text-quiet',
  unknown: 'text-quiet',
  info: 'text-info-ink',
  warn: 'text-warn-ink',
  bad: 'text-bad-ink',
};

export function ToneIcon({ tone, className = 'size-3.5' }: { tone: Tone; className?: string }) {
  const Icon = ICONS[tone];
  return <Icon aria-hidden className={`shrink-0 ${ICON_COLOURS[tone]} ${className}`} />;
}
