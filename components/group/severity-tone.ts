import type { Tone } from '@/components/ui/tone';
import type { Severity } from '@/lib/model/finding';

/** How a finding's severity looks: amber asks for a look, red has stopped or is losing. */
export const SEVERITY_TONES: Record<Severity, Tone> = {
  losing: 'bad',
  stopped: 'bad',
  look: 'warn',
  info: 'info',
};

/** The word beside the icon, for who sees no colour. */
export const SEVERITY_WORDS: Record<Severity, string> = {
  losing: 'losing entries',
  stopped: 'stopped',
  look: 'needs a look',
  info: 'for information',
};
