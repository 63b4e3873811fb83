import type { ReactNode } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { TONE_TEXT, ToneIcon } from '@/components/ui/tone';
import { formatCount, formatRate } from '@/lib/model/count';
import { drainWords, slowestDrain } from '@/lib/model/drain-words';
import { formatDuration } from '@/lib/model/duration';
import { GROUP_STATE_WORDS } from '@/lib/model/group-state';
import type { RulerTone } from '@/lib/model/ruler-tone';
import { lagLabel } from '@/lib/model/ruler-words';
import type { GroupSnapshot } from '@/lib/model/snapshot';

/** What a tooltip says of one group's cursor. */
export function CursorFigures({ group, tone }: { group: GroupSnapshot; tone: RulerTone }) {
  const { lag } = group;
  const drain = drainWords(slowestDrain([group]));
  return (
    <div className="flex flex-col gap-1">
      <p className="flex items-center gap-1.5">
        {tone !== 'calm' && <ToneIcon tone={tone} />}
        <span className="min-w-0 truncate font-semibold">
          <VisibleText text={group.name} />
        </span>
        <span className={TONE_TEXT[tone]}>{GROUP_STATE_WORDS[group.state]}</span>
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 tabular-nums">
        <Figure name="lag">
          {lagLabel({ ...lag, behind_ms: null, lost: 0 })}
          {lag.reason && <span className="block text-faint">{lag.reason}</span>}
        </Figure>
        {lag.behind_ms !== null && (
          <Figure name="oldest unread">{formatDuration(lag.behind_ms)} old</Figure>
        )}
        {(lag.lost ?? 0) > 0 && (
          <Figure name="lost">
            <span className="text-bad-ink">{formatCount(lag.lost ?? 0)} trimmed unread</span>
          </Figure>
        )}
        {group.out_per_second !== null && (
          <Figure name="out">{formatRate(group.out_per_second)} a second</Figure>
        )}
        {drain !== null && <Figure name="drains in">{drain}</Figure>}
      </dl>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-quiet">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
