import { VisibleText } from '@/components/entry/visible-text';
import { TextLink } from '@/components/ui/text-link';
import { countOf, formatCount } from '@/lib/model/count';
import type { JobsCoverage } from '@/lib/model/jobs-page';
import { streamPageHref } from '@/lib/model/stream-href';

/** What was looked at to find the jobs, and what was not. */
export function JobsCoverageLine({ coverage }: { coverage: JobsCoverage }) {
  const { stream, looked_at, reaches_first, is_reading, problem, hashes, forgotten } = coverage;
  return (
    <p className="mt-2 max-w-[100ch] text-12 text-quiet">
      From {countOf(looked_at, 'event')} of{' '}
      <TextLink href={streamPageHref(stream)}>
        <VisibleText text={stream} />
      </TextLink>
      {is_reading
        ? '; older ones are being looked at. '
        : reaches_first
          ? ', back to the first it held. '
          : '; older ones were not looked at. '}
      {problem !== null && `Not all could be read: ${problem} `}
      {hashes === 'yes' && 'Hashes job:* were looked through as well; they expire after an hour.'}
      {hashes === 'no' && 'Hashes job:* are being looked through.'}
      {hashes === 'denied' &&
        'Hashes job:* may not be looked through by this Redis user: states are those of events.'}
      {forgotten > 0 && ` ${formatCount(forgotten)} older jobs were let go.`}
    </p>
  );
}
