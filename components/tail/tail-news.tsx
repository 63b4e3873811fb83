'use client';

import { useEffect, useRef, useState } from 'react';
import type { TailLedger } from '@/lib/browser/live-tail-store';
import { formatCount } from '@/lib/model/count';

const SUM_UP_MS = 15_000;

/** For screen readers: the rows are not read out, their number is, now and then. */
export function TailNews({ ledger }: { ledger: TailLedger }) {
  const latest = useRef(ledger);
  useEffect(() => {
    latest.current = ledger;
  });
  const [news, setNews] = useState('');
  useEffect(() => {
    let told = latest.current;
    const timer = setInterval(() => {
      const { received, failures } = latest.current;
      const isNew = received > told.received;
      const failed = failures - told.failures;
      if (isNew) {
        const more = failed > 0 ? `, ${formatCount(failed)} failed` : '';
        setNews(`${formatCount(received - told.received)} new${more}`);
      }
      told = latest.current;
    }, SUM_UP_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p role="status" className="sr-only">
      {news}
    </p>
  );
}
