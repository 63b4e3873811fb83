import { CircleAlert } from 'lucide-react';
import type { FilterError } from '@/lib/model/filter';

/** Characters shown beside the wrong piece. */
const AROUND_CHARS = 24;

interface Props {
  id: string;
  text: string;
  error: FilterError;
}

/** What is wrong with a filter: the piece marked where it stands, and a sentence. */
export function FilterErrorLine({ id, text, error: { start, end, message } }: Props) {
  const from = Math.max(0, start - AROUND_CHARS);
  const to = Math.min(end, start + 2 * AROUND_CHARS);
  return (
    <p
      id={id}
      role="status"
      className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5 text-12 text-bad-ink"
    >
      <CircleAlert aria-hidden className="size-3 shrink-0 self-center" />
      <code className="font-mono whitespace-pre [overflow-wrap:anywhere]">
        {from > 0 && '…'}
        <span className="text-quiet">{text.slice(from, start)}</span>
        <span className="underline decoration-bad decoration-wavy decoration-1 underline-offset-4">
          {text.slice(start, to)}
        </span>
        <span className="text-quiet">{text.slice(to, to + AROUND_CHARS)}</span>
        {to + AROUND_CHARS < text.length && '…'}
      </code>
      <span>
        {message} <span className="text-quiet">At character {start + 1}. Not applied.</span>
      </span>
    </p>
  );
}
