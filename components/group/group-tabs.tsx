import clsx from 'clsx';
import Link from 'next/link';
import { formatCount } from '@/lib/model/count';
import { GROUP_TABS, type GroupTab, groupPageHref } from '@/lib/model/group-href';

const LABELS: Record<GroupTab, string> = {
  pending: 'Pending',
  consumers: 'Consumers',
  history: 'History',
  cursor: 'Cursor',
};

interface Props {
  stream: string;
  group: string;
  here: GroupTab;
  /** How many there are behind a tab. */
  counts: Partial<Record<GroupTab, number>>;
}

/** The parts of a group's page: links, so that each has an address and works before any script. */
export function GroupTabs({ stream, group, here, counts }: Props) {
  return (
    <nav aria-label="Parts of this group" className="mb-3 border-b">
      <ul className="-mb-px flex gap-1 overflow-x-auto">
        {GROUP_TABS.map((tab) => (
          <li key={tab}>
            <Link
              href={groupPageHref(stream, group, tab)}
              prefetch={false}
              scroll={false}
              aria-current={tab === here ? 'page' : undefined}
              className={clsx(
                'flex h-9 items-center gap-1.5 border-b-2 px-2.5 text-13 font-medium whitespace-nowrap focus-visible:-outline-offset-2',
                tab === here
                  ? 'border-accent text-ink'
                  : 'border-transparent text-quiet hover:text-ink',
              )}
            >
              {LABELS[tab]}
              {counts[tab] !== undefined && (
                <span className="font-normal text-faint tabular-nums">
                  {formatCount(counts[tab])}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
