import { StateMark } from '@/components/ui/state-mark';
import type { Tone } from '@/components/ui/tone';
import type { JobState, JobSummary } from '@/lib/model/job';

export const JOB_STATE_WORDS: Record<JobState, string> = {
  failed: 'Failed',
  unknown: 'Unknown',
  processing: 'Processing',
  queued: 'Queued',
  completed: 'Completed',
};

const TONES: Record<JobState, Tone> = {
  failed: 'bad',
  unknown: 'unknown',
  processing: 'calm',
  queued: 'off',
  completed: 'off',
};

/** Where a job stands; why that is known on hover. */
export function JobStateMark({ job }: { job: Pick<JobSummary, 'state' | 'trouble' | 'reason'> }) {
  const isSilent = job.trouble === 'silent';
  return (
    <span title={job.reason}>
      <StateMark tone={isSilent ? 'warn' : TONES[job.state]}>
        {isSilent ? 'Silent' : JOB_STATE_WORDS[job.state]}
      </StateMark>
    </span>
  );
}
