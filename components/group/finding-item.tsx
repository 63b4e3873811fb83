import { VisibleText } from '@/components/entry/visible-text';
import { CodeBlock } from '@/components/ui/code-block';
import { Timestamp } from '@/components/ui/timestamp';
import { TONE_TEXT, ToneIcon } from '@/components/ui/tone';
import { formatCount, formatRate } from '@/lib/model/count';
import { formatDuration } from '@/lib/model/duration';
import type { Evidence, Finding } from '@/lib/model/finding';
import { SEVERITY_TONES, SEVERITY_WORDS } from './severity-tone';

/** One finding whole: what and since when, what it rests on, and what to do about it. */
export function FindingItem({ finding }: { finding: Finding }) {
  const tone = SEVERITY_TONES[finding.severity];
  const { evidence, cure, since } = finding;
  return (
    <li className="flex gap-2.5 border-t px-3 py-3 first:border-t-0">
      <ToneIcon tone={tone} className="mt-0.5 size-4" />
      <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <h3 className={`text-14 font-medium ${TONE_TEXT[tone]}`}>
          <span className="sr-only">{SEVERITY_WORDS[finding.severity]}: </span>
          <VisibleText text={sentenceCase(finding.headline)} />
        </h3>
        <p className="mt-0.5 max-w-[120ch] text-13 text-pretty">
          <VisibleText text={finding.sentence} />
          {since !== null && (
            <span className="text-quiet">
              {' '}
              Since <Timestamp at={since} withZone />.
            </span>
          )}
        </p>
        {evidence.length > 0 && (
          <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-12">
            {evidence.map((figure) => (
              <div key={figure.name} className="flex max-w-full gap-1.5">
                <dt className="text-faint">{figure.name}</dt>
                <dd className="min-w-0 tabular-nums">
                  <EvidenceValue figure={figure} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        <div className="mt-2 text-13 text-quiet">
          <p className="max-w-[120ch] text-pretty">
            <VisibleText text={cure.sentence} />
          </p>
          {cure.commands.length > 0 && (
            <ul className="mt-1.5 flex max-w-4xl flex-col gap-1">
              {cure.commands.map((command) => (
                <li key={command}>
                  <CodeBlock code={command} label="Copy the command" />
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </li>
  );
}

function EvidenceValue({ figure: { value, unit } }: { figure: Evidence }) {
  if (typeof value === 'string') {
    return (
      <span className={unit === 'id' ? 'font-mono' : undefined}>
        <VisibleText text={value === '' ? '(no name)' : value} />
      </span>
    );
  }
  switch (unit) {
    case 'ms':
      return formatDuration(value);
    case 'entries/s':
      return `${formatRate(value)} a second`;
    case 'times':
      return `${formatCount(value)} ×`;
    default:
      return formatCount(value);
  }
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
