import { memo } from 'react';
import { Explain } from '@/components/ui/tooltip';
import { TAIL_ROWS_MAX, type TailLedger } from '@/lib/browser/live-tail-store';
import { useNowAndThen } from '@/lib/browser/use-now-and-then';
import { formatCount } from '@/lib/model/count';
import type { LeftOut } from '@/lib/model/tail-ledger';

/** Figures that change with each frame can be read by nobody. */
const SHOWN_EVERY_MS = 200;

interface Props {
  ledger: TailLedger;
  isFiltered: boolean;
}

interface Item {
  name: string;
  count: number;
  /** There may be more. */
  isAtLeast?: boolean;
  because: string;
}

/**
 * Where every entry went. Added to the stream since: received + filtered + skipped; held or not:
 * received + from before = shown + waiting + let go.
 */
export function TailLedgerLine({ ledger, isFiltered }: Props) {
  return <Line ledger={useNowAndThen(ledger, SHOWN_EVERY_MS)} isFiltered={isFiltered} />;
}

const Line = memo(function Line({ ledger, isFiltered }: Props) {
  return (
    <footer className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-12 text-quiet">
      {itemsOf(ledger, isFiltered).map(({ name, count, isAtLeast = false, because }) => (
        <Explain key={name} because={because}>
          <span>
            {name}{' '}
            <span className="text-ink tabular-nums">
              {isAtLeast && '≥ '}
              {formatCount(count)}
            </span>
          </span>
        </Explain>
      ))}
    </footer>
  );
});

function itemsOf(ledger: TailLedger, isFiltered: boolean): Item[] {
  const { received, shown, waiting, fromBefore, letGo } = ledger;
  const items: (Item | false)[] = [
    {
      ...{ name: 'received', count: received },
      because: 'Entries the live connection has sent since this tail began.',
    },
    { name: 'shown', count: shown, because: 'Entries among the rows.' },
    isFiltered && filteredItem(ledger.filtered),
    skippedItem(ledger.skipped),
    waiting > 0 && {
      ...{ name: 'waiting', count: waiting },
      because: 'Entries below the last row, while the rows stand still.',
    },
    fromBefore > 0 && {
      ...{ name: 'from before', count: fromBefore },
      because: 'Entries read from Redis that came before this tail began.',
    },
    letGo > 0 && {
      ...{ name: 'let go', count: letGo },
      because: `More than the ${formatCount(TAIL_ROWS_MAX)} rows that are kept here. The line above the first row opens them again.`,
    },
  ];
  return items.filter((item) => item !== false);
}

function filteredItem({ count, isAtLeast }: LeftOut): Item {
  const because = isAtLeast
    ? 'Entries that came and do not match. The connection broke: those of the moment before it are not counted.'
    : 'Entries that came and do not match.';
  return { name: 'filtered', count, isAtLeast, because };
}

function skippedItem({ count, isAtLeast }: LeftOut): Item {
  const because = isAtLeast
    ? 'Entries that were trimmed before they could be sent. Of some of them the number is not known.'
    : 'Entries that were trimmed before they could be sent.';
  return { name: 'skipped', count, isAtLeast, because };
}
