import { FigureCell } from '@/components/group/figure-cell';
import { type Drain, drainWords } from '@/lib/model/drain-words';

/** When nothing will be left to read, at the pace of now. */
export function DrainCell({ drain }: { drain: Drain | null }) {
  const words = drainWords(drain);
  return (
    <FigureCell label="drains in" none={words === null}>
      <span title={drain?.reason ?? undefined} className={words === '?' ? 'text-faint' : undefined}>
        {words}
      </span>
    </FigureCell>
  );
}
