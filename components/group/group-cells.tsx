import clsx from 'clsx';
import { VisibleText } from '@/components/entry/visible-text';
import { Cell } from '@/components/ui/table';
import { NameLink } from '@/components/ui/text-link';
import { groupPageHref } from '@/lib/model/group-href';
import type { GroupSnapshot } from '@/lib/model/snapshot';
import { visibleText } from '@/lib/model/visible-text';
import { FigureCell } from './figure-cell';
import { GroupStateMark } from './group-state-mark';
import { LagFigure } from './lag-figure';

interface Props {
  stream: string;
  group: GroupSnapshot;
  /** Under its stream's row. */
  isNested?: boolean;
}

/** How a group's row begins wherever it stands: its name, its state, its lag. */
export function GroupCells({ stream, group, isNested = false }: Props) {
  return (
    <>
      <Cell
        className={clsx(
          'truncate max-xl:grow max-xl:basis-[calc(100%-11rem)] max-xl:p-0',
          isNested && 'pl-7',
        )}
      >
        <NameLink
          href={groupPageHref(stream, group.name)}
          className={isNested ? 'font-normal' : undefined}
          title={visibleText(group.name)}
        >
          <VisibleText text={group.name} />
        </NameLink>
      </Cell>
      <Cell className="px-2 max-xl:basis-36 max-xl:p-0 max-xl:text-right">
        <GroupStateMark group={group} />
      </Cell>
      <FigureCell label="lag">
        <LagFigure lag={group.lag} />
      </FigureCell>
    </>
  );
}
