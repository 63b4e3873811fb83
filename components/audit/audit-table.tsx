import { VisibleText } from '@/components/entry/visible-text';
import { ListRow, ListTable, RowLink } from '@/components/ui/list-table';
import { Cell, HeaderCell } from '@/components/ui/table';
import { Timestamp } from '@/components/ui/timestamp';
import { useTimes } from '@/lib/browser/times';
import {
  type AuditAct,
  type AuditPage,
  type AuditQuery,
  actionWords,
  auditPageHref,
} from '@/lib/model/audit-page';
import { underBasePath } from '@/lib/model/base-path';
import { formatCount } from '@/lib/model/count';
import type { EntryId } from '@/lib/model/entry-id';
import { timeHeading } from '@/lib/model/time-display';
import { OutcomeMark } from './outcome-mark';

interface Props {
  page: AuditPage;
  query: AuditQuery;
  openId: EntryId | null;
  onOpen: (id: EntryId) => void;
}

/** Acts newest first, a row each; on a phone a row has three lines. */
export function AuditTable({ page, query, openId, onOpen }: Props) {
  const times = useTimes();
  return (
    <ListTable
      head={
        <>
          <HeaderCell className="w-48">{timeHeading(times)}</HeaderCell>
          <HeaderCell className="w-32">Outcome</HeaderCell>
          <HeaderCell className="w-40">Act</HeaderCell>
          <HeaderCell className="w-64">Who</HeaderCell>
          <HeaderCell className="w-auto">On what</HeaderCell>
        </>
      }
    >
      {page.acts.map((act) => (
        <ActLine
          key={act.id}
          act={act}
          asOf={page.as_of}
          href={auditPageHref(query, act.id)}
          isOpen={act.id === openId}
          onOpen={onOpen}
        />
      ))}
    </ListTable>
  );
}

interface LineProps {
  act: AuditAct;
  asOf: string;
  href: string;
  isOpen: boolean;
  onOpen: (id: EntryId) => void;
}

/** What was done is the link; the row around it opens as well. */
function ActLine({ act, asOf, href, isOpen, onOpen }: LineProps) {
  return (
    <ListRow isOpen={isOpen}>
      <Cell className="text-quiet max-md:p-0">
        <Timestamp at={act.at} show="full" />
      </Cell>
      <Cell className="max-md:ml-auto max-md:p-0">
        <OutcomeMark act={act} asOf={asOf} />
      </Cell>
      <Cell className="truncate max-md:basis-2/5 max-md:p-0">
        <RowLink href={underBasePath(href)} onOpen={() => onOpen(act.id)}>
          <VisibleText text={actionWords(act.action)} />
        </RowLink>
      </Cell>
      <Cell className="truncate max-md:ml-auto max-md:p-0">
        <VisibleText text={act.actor} />{' '}
        <span className="text-quiet">
          {act.role} <VisibleText text={act.address} />
        </span>
      </Cell>
      <Cell className="truncate max-md:basis-full max-md:p-0">
        <OnWhat act={act} />
      </Cell>
    </ListRow>
  );
}

function OnWhat({ act: { stream, group, targets, count, code } }: { act: AuditAct }) {
  const [first] = targets;
  const more = (count ?? targets.length) - 1;
  const isMany = more > 0;
  return (
    <>
      {stream !== null && <VisibleText text={stream} />}
      {group !== null && (
        <>
          {' / '}
          <VisibleText text={group} />
        </>
      )}{' '}
      {first !== undefined && (
        <span className="font-mono text-12 text-quiet">
          <VisibleText text={first} />
        </span>
      )}
      {isMany && (
        <span className="text-quiet">
          {first === undefined ? `× ${formatCount(more + 1)}` : ` and ${formatCount(more)} more`}
        </span>
      )}
      {code !== null && <span className="text-quiet"> · {code}</span>}
    </>
  );
}
