import { StateMark } from '@/components/ui/state-mark';
import type { Tone } from '@/components/ui/tone';
import { Explain } from '@/components/ui/tooltip';
import type { ConsumerState } from '@/lib/model/diagnosis-consumers';

const TONES: Record<ConsumerState, Tone> = {
  dead: 'bad',
  stuck: 'bad',
  idle: 'off',
  active: 'calm',
};

const MEANINGS: Record<ConsumerState, string> = {
  dead: 'It holds entries and has not asked for any for at least five minutes.',
  stuck: 'It has left what it holds alone for at least a minute, without acknowledging it.',
  idle: 'It holds nothing and has not asked for entries for at least a minute.',
  active: 'It asked, or was given something, within the last minute.',
};

/** What a consumer is taken for, and why on hover and focus. */
export function ConsumerStateMark({ state }: { state: ConsumerState }) {
  return (
    <Explain because={MEANINGS[state]}>
      <StateMark tone={TONES[state]}>{state}</StateMark>
    </Explain>
  );
}
