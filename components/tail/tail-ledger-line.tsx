import { TextLink } from '@/components/ui/text-link';
import { Explain } from '@/components/ui/tooltip';
import { TAIL_ROWS_MAX, type TailLedger } from '@/lib/browser/live-tail-store';
import { formatCount } from '@/lib/model/count';
import { streamPageHref } from '@/lib/model/stream-href';

/** Where every entry went: history + received = shown + waiting + let go. */
export function TailLedgerLine({ ledger, stream }: { ledger: TailLedger; stream: string }) {
  const items: [name: string, count: number, because: string][] = [
    ['received', ledger.received, 'Entries the live connection has sent since this tail began.'],
    ['from before', ledger.fromHistory, 'Entries read from Redis when this tail began.'],
    ['shown', ledger.shown, 'Entries among the rows.'],
    ['waiting', ledger.waiting, 'Entries that came while the rows stand still.'],
    [
      'let go',
      ledger.letGo,
      `Older than the newest ${formatCount(TAIL_ROWS_MAX)} rows. The stream’s page shows those that Redis still holds.`,
    ],
  ];
  return (
    <footer className="flex flex-wrap items-center gap-x-3 gap-y-0.5 text-12 text-quiet">
      {items
        .filter(([name, count]) => count > 0 || name === 'received' || name === 'shown')
        .map(([name, count, because]) => (
          <Explain key={name} because={because}>
            <span>
              {name} <span className="text-ink tabular-nums">{formatCount(count)}</span>
            </span>
          </Explain>
        ))}
      <TextLink href={streamPageHref(stream)} prefetch={false} className="ml-auto">
        Older entries
      </TextLink>
    </footer>
  );
}
