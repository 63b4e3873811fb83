import { useEffect, useState } from 'react';

/** The time in epoch milliseconds, every `tickMs`; null on the server and until mounted. */
export function useNow(tickMs = 1000): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, tickMs);
    return () => clearInterval(timer);
  }, [tickMs]);
  return now;
}
