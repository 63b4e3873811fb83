import { useState } from 'react';
import type { WireEntry } from '@/lib/model/entry';
import type { EntryId } from '@/lib/model/entry-id';
import { entryRevealHref } from '@/lib/model/stream-href';
import { fetchJson, RequestError } from './fetcher';

type Phase = 'masked' | 'asking' | 'revealed' | 'failed';

interface Revealing {
  of: string;
  phase: Phase;
  entry: WireEntry | null;
  problem: string | null;
}

/** An entry that is revealed, held by this page alone and let go with the next one. */
export function useReveal(stream: string, id: EntryId | null) {
  const [state, setState] = useState<Revealing | null>(null);
  const of = `${id} ${stream}`;
  // Let go at once: whoever comes back to it asks again, and the audit has it again.
  if (state !== null && state.of !== of) setState(null);
  const own = state?.of === of ? state : null;

  /** Asks for it, which the audit keeps, with the reason where there is one. */
  const reveal = async (reason: string) => {
    if (id === null || own?.phase === 'asking') return;
    const asking: Revealing = { of, phase: 'asking', entry: null, problem: null };
    setState(asking);
    const answer = await ask(entryRevealHref(stream, id), reason.trim());
    // Another entry may be open by now.
    setState((now) => (now === asking ? { of, ...answer } : now));
  };

  const { phase = 'masked', entry = null, problem = null } = own ?? {};
  return { phase, entry, problem, reveal, hide: () => setState(null) };
}

async function ask(url: string, reason: string): Promise<Omit<Revealing, 'of'>> {
  try {
    const entry = await fetchJson<WireEntry>(url, {
      method: 'POST',
      body: JSON.stringify(reason === '' ? {} : { reason }),
      headers: { 'content-type': 'application/json' },
    });
    return { phase: 'revealed', entry, problem: null };
  } catch (error) {
    const problem = error instanceof RequestError ? error.message : 'It could not be revealed.';
    return { phase: 'failed', entry: null, problem };
  }
}
