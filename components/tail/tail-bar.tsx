import { ArrowDownToLine } from 'lucide-react';
import { Button } from '@/components/ui/button';
import type { TailLedger, TailMode } from '@/lib/browser/live-tail-store';
import { formatCount } from '@/lib/model/count';

interface Props {
  mode: TailMode;
  ledger: TailLedger;
  onResume: () => void;
  onFollow: () => void;
}

/** Stands over the rows while they do not follow: what waits, and the two ways on. */
export function TailBar({ mode, ledger, onResume, onFollow }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line-strong bg-accent-tint py-1 pr-1 pl-3 text-13">
      <span className="mr-auto text-accent-ink tabular-nums">
        {mode === 'paused' ? (
          <>
            paused here · <b className="font-semibold">{formatCount(ledger.waiting)}</b> waiting
          </>
        ) : (
          'reading here · new rows come in below'
        )}
      </span>
      {mode === 'paused' && (
        <Button size="sm" variant="quiet" disabled={ledger.waiting === 0} onClick={onResume}>
          Resume here
        </Button>
      )}
      <Button size="sm" icon={<ArrowDownToLine aria-hidden />} onClick={onFollow}>
        Jump to live
      </Button>
    </div>
  );
}
