'use client';

import { VisibleText } from '@/components/entry/visible-text';
import { SEVERITY_TONES, SEVERITY_WORDS } from '@/components/group/severity-tone';
import { useAttention } from '@/components/shell/use-attention';
import { NameLink, TextLink } from '@/components/ui/text-link';
import { TONE_TEXT, ToneIcon } from '@/components/ui/tone';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import { countOf, formatCount } from '@/lib/model/count';
import type { Finding } from '@/lib/model/finding';
import { groupPageHref } from '@/lib/model/group-href';
import type { Snapshot } from '@/lib/model/snapshot';
import { streamPageHref } from '@/lib/model/stream-href';

/** Findings shown at once; the rest is a press away. */
const SHOWN_MAX = 12;

/** Trouble first, worst at the top; one quiet sentence when there is none. */
export function NeedsAttention() {
  const { snapshot } = useSnapshot();
  const findings = useAttention();
  const rest = findings.slice(SHOWN_MAX);
  return (
    <section aria-labelledby="attention" className="mb-8">
      <h2 id="attention" className="mb-2 flex items-baseline gap-2 text-14 font-semibold">
        Needs attention
        {findings.length > 0 && (
          <span className="text-13 font-medium text-quiet tabular-nums">
            {formatCount(findings.length)}
          </span>
        )}
      </h2>
      {findings.length === 0 ? (
        <p className="text-13 text-quiet">{quietSentence(snapshot)}</p>
      ) : (
        <Items findings={findings.slice(0, SHOWN_MAX)} />
      )}
      {rest.length > 0 && (
        <details className="mt-2">
          <summary className="inline-block rounded-md py-1 text-13 text-accent-ink">
            {formatCount(rest.length)} more
          </summary>
          <Items findings={rest} />
        </details>
      )}
    </section>
  );
}

function Items({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className="overflow-hidden rounded-md border bg-raised">
      {findings.map((finding) => (
        <Item
          key={[finding.stream, finding.group, finding.code, finding.entry].join('\n')}
          finding={finding}
        />
      ))}
    </ul>
  );
}

function Item({ finding }: { finding: Finding }) {
  const { stream, group, severity } = finding;
  const tone = SEVERITY_TONES[severity];
  const href = group === null ? streamPageHref(stream) : groupPageHref(stream, group);
  return (
    <li className="flex gap-2.5 border-t px-3 py-2.5 first:border-t-0">
      <ToneIcon tone={tone} className="mt-0.5 size-4" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="text-14">
          <span className="sr-only">{SEVERITY_WORDS[severity]}: </span>
          <NameLink href={href}>
            <VisibleText text={group ?? stream} />
          </NameLink>{' '}
          <span className={`font-medium ${TONE_TEXT[tone]}`}>{finding.headline}</span>
        </p>
        <p className="mt-0.5 max-w-[120ch] text-13 text-pretty">
          {group !== null && (
            <>
              <TextLink href={streamPageHref(stream)}>
                <VisibleText text={stream} />
              </TextLink>
              <span aria-hidden className="text-faint">
                {' · '}
              </span>
            </>
          )}
          <VisibleText text={finding.sentence} />
        </p>
        {/* Where it is narrow, what to do stands on the page that the name leads to. */}
        <p className="mt-0.5 max-w-[120ch] text-13 text-pretty text-quiet max-sm:hidden">
          <VisibleText text={finding.cure.sentence} />
        </p>
      </div>
    </li>
  );
}

function quietSentence({ redis, sampled_at, streams }: Snapshot): string {
  if (sampled_at === null) return 'Not known: Redis has not answered yet.';
  if (redis.status === 'down') return 'Nothing did when Redis was last heard.';
  const groups = streams.flatMap((stream) => stream.groups);
  if (groups.length === 0) return 'Nothing. No consumer group reads a stream yet.';
  const all = `${countOf(groups.length, 'consumer group')} on ${countOf(streams.length, 'stream')}`;
  const behind = groups.filter(({ lag }) => (lag.value ?? 0) > 0).length;
  return `Nothing. ${all}; ${behindWords(behind)}.`;
}

function behindWords(behind: number): string {
  return behind === 0
    ? 'nothing waits for them'
    : `entries wait for ${formatCount(behind)}, none of them in trouble`;
}
