'use client';

import { groupHref } from '@/components/shell/places';
import { useAttention } from '@/components/shell/use-attention';
import { NameLink, TextLink } from '@/components/ui/text-link';
import { ToneIcon } from '@/components/ui/tone';
import { useSnapshot } from '@/lib/browser/use-snapshot';
import type { AttentionItem } from '@/lib/model/attention';
import { countOf } from '@/lib/model/count';
import type { Snapshot } from '@/lib/model/snapshot';
import { streamPageHref } from '@/lib/model/stream-href';

/** Trouble first, worst at the top; one quiet sentence when there is none. */
export function NeedsAttention() {
  const { snapshot } = useSnapshot();
  const items = useAttention();
  return (
    <section aria-labelledby="attention" className="mb-8">
      <h2 id="attention" className="mb-2 flex items-baseline gap-2 text-14 font-semibold">
        Needs attention
        {items.length > 0 && (
          <span className="text-13 font-medium text-quiet tabular-nums">{items.length}</span>
        )}
      </h2>
      {items.length === 0 ? (
        <p className="text-13 text-quiet">{quietSentence(snapshot)}</p>
      ) : (
        <ul className="overflow-hidden rounded-md border bg-raised">
          {items.map((item) => (
            <Item key={`${item.stream}\n${item.group}`} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Item({ item }: { item: AttentionItem }) {
  const stream = streamPageHref(item.stream);
  const href = item.group === null ? stream : groupHref(item.stream, item.group);
  return (
    <li className="flex gap-2.5 border-t px-3 py-2.5 first:border-t-0">
      <ToneIcon tone={item.severity} className="mt-0.5 size-4" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p className="text-14">
          <NameLink href={href}>{item.group ?? item.stream}</NameLink>{' '}
          <span
            className={
              item.severity === 'bad' ? 'font-medium text-bad-ink' : 'font-medium text-warn-ink'
            }
          >
            {item.what}
          </span>
        </p>
        <p className="mt-0.5 max-w-[120ch] text-13 text-quiet">
          {item.group !== null && (
            <>
              <TextLink href={stream}>{item.stream}</TextLink>
              <span aria-hidden> · </span>
            </>
          )}
          {item.evidence.join(' ')}
        </p>
      </div>
    </li>
  );
}

function quietSentence({ redis, sampled_at, streams }: Snapshot): string {
  if (sampled_at === null) return 'Not known: Redis has not answered yet.';
  if (redis.status === 'down') return 'Nothing did when Redis was last heard.';
  const groups = streams.reduce((sum, stream) => sum + stream.groups.length, 0);
  if (groups === 0) return 'Nothing. No consumer group reads a stream yet.';
  return `Nothing. ${countOf(groups, 'consumer group')} on ${countOf(streams.length, 'stream')}, and none is behind.`;
}
