import { StateMark } from '@/components/ui/state-mark';
import type { Tone } from '@/components/ui/tone';
import { Explain } from '@/components/ui/tooltip';
import { GROUP_STATE_WORDS, type GroupState } from '@/lib/model/group-state';
import type { GroupSnapshot } from '@/lib/model/snapshot';

const TONES: Record<GroupState, Tone> = {
  keeping_up: 'calm',
  unknown: 'unknown',
  nobody_reading: 'off',
  falling_behind: 'warn',
  stalled: 'bad',
};

/** A group's state in words; its evidence on hover and focus. */
export function GroupStateMark({ group }: { group: GroupSnapshot }) {
  const waiting = group.pending > 0 || (group.lag.value ?? 0) > 0;
  const tone = group.state === 'nobody_reading' && waiting ? 'warn' : TONES[group.state];
  return (
    <Explain because={group.state_reason}>
      <StateMark tone={tone}>{GROUP_STATE_WORDS[group.state]}</StateMark>
    </Explain>
  );
}
