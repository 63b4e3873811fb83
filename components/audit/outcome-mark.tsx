import { StateMark } from '@/components/ui/state-mark';
import type { Tone } from '@/components/ui/tone';
import type { AuditAct, AuditOutcome } from '@/lib/model/audit-page';

export const OUTCOME_WORDS: Record<AuditOutcome, string> = {
  done: 'Done',
  refused: 'Refused',
  failed: 'Failed',
  unknown: 'Unknown',
  pending: 'No result',
};

const TONES: Record<AuditOutcome, Tone> = {
  done: 'calm',
  refused: 'warn',
  failed: 'bad',
  unknown: 'warn',
  pending: 'unknown',
};

/** What no act takes longer than: one that has no result after this will have none. */
const UNDER_WAY_MS = 10_000;

export function OutcomeMark({ act, asOf }: { act: AuditAct; asOf: string }) {
  const isYoung = Date.parse(asOf) - Date.parse(act.at) < UNDER_WAY_MS;
  return (
    <StateMark tone={TONES[act.outcome]}>
      {act.outcome === 'pending' && isYoung ? 'Under way' : OUTCOME_WORDS[act.outcome]}
    </StateMark>
  );
}
