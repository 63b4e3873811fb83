import Link from 'next/link';
import type { ComponentProps } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { Menu, MenuLink } from '@/components/ui/menu';
import { Tooltip } from '@/components/ui/tooltip';
import { formatCount } from '@/lib/model/count';
import { groupPageHref } from '@/lib/model/group-href';
import type { FaceMark } from '@/lib/model/ruler-face';
import type { RulerTone } from '@/lib/model/ruler-tone';
import { lagLabel, lagSentence } from '@/lib/model/ruler-words';
import type { GroupSnapshot } from '@/lib/model/snapshot';
import { visibleText } from '@/lib/model/visible-text';
import { CursorFigures } from './cursor-figures';
import { MarkFace } from './mark-face';
import { AlongTrack } from './ruler-track';

const LISTED_MAX = 8;

interface Props {
  mark: FaceMark<GroupSnapshot>;
  stream: string;
  tones: ReadonlyMap<string, RulerTone>;
  /** Another group stands out: this one steps back. */
  isQuiet: boolean;
}

/** One or several cursors with their label: a link to the group, or a list of such links. */
export function RulerMarkLink({ mark, stream, tones, isQuiet }: Props) {
  const groups = mark.cursors.map((cursor) => cursor.group);
  const [only] = groups;
  if (only === undefined) return null;
  const face = {
    'data-mark': '',
    className:
      'group/mark pointer-events-auto relative z-10 grid size-6 shrink-0 -translate-1/2 place-items-center rounded-md hover:z-20 focus-visible:z-20',
  };
  if (groups.length > 1) {
    return (
      <AlongTrack from={mark.at}>
        <Tooltip side="bottom" delayMs={100} content={<ListedFigures groups={groups} />}>
          <MarkMenu {...face} mark={mark} stream={stream} groups={groups} isQuiet={isQuiet} />
        </Tooltip>
      </AlongTrack>
    );
  }
  const tone = tones.get(only.name) ?? 'calm';
  return (
    <AlongTrack from={mark.at}>
      <Tooltip side="bottom" delayMs={100} content={<CursorFigures group={only} tone={tone} />}>
        <Link
          {...face}
          href={groupPageHref(stream, only.name)}
          prefetch={false}
          aria-label={sentenceOf(only)}
          aria-current={mark.isHighlighted || undefined}
        >
          <MarkFace mark={mark} isQuiet={isQuiet} />
        </Link>
      </Tooltip>
    </AlongTrack>
  );
}

/** The rest are what a tooltip gives its trigger. */
function MarkMenu({
  mark,
  stream,
  groups,
  isQuiet,
  ...trigger
}: {
  mark: FaceMark<GroupSnapshot>;
  isQuiet: boolean;
  stream: string;
  groups: readonly GroupSnapshot[];
} & ComponentProps<'button'>) {
  const names = groups.map(({ name }) => visibleText(name)).join(', ');
  return (
    <Menu
      trigger={
        <button type="button" {...trigger} aria-label={`${mark.title}: ${names}`}>
          <MarkFace mark={mark} isQuiet={isQuiet} />
        </button>
      }
    >
      {groups.map((group) => (
        <MenuLink key={group.name} href={groupPageHref(stream, group.name)}>
          <GroupLine group={group} />
        </MenuLink>
      ))}
    </Menu>
  );
}

function ListedFigures({ groups }: { groups: readonly GroupSnapshot[] }) {
  const more = groups.length - LISTED_MAX;
  return (
    <ul className="flex flex-col gap-0.5">
      {groups.slice(0, LISTED_MAX).map((group) => (
        <li key={group.name} className="flex justify-between gap-4">
          <GroupLine group={group} />
        </li>
      ))}
      {more > 0 && <li className="text-quiet">and {formatCount(more)} more</li>}
    </ul>
  );
}

function GroupLine({ group }: { group: GroupSnapshot }) {
  return (
    <>
      <span className="min-w-0 flex-1 truncate">
        <VisibleText text={group.name} />
      </span>
      <span className="text-12 text-quiet tabular-nums">{lagLabel(group.lag)}</span>
    </>
  );
}

/** A cursor in words: `metrics-collector: 6,400 behind, 12 min`. */
export function sentenceOf(group: GroupSnapshot): string {
  return `${visibleText(group.name)}: ${lagSentence(group.lag)}`;
}
