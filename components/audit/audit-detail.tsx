import type { ReactNode } from 'react';
import { VisibleText } from '@/components/entry/visible-text';
import { KeyValue } from '@/components/ui/key-value';
import { TextLink } from '@/components/ui/text-link';
import { Timestamp } from '@/components/ui/timestamp';
import type { AuditAct } from '@/lib/model/audit-page';
import { countOf, formatCount } from '@/lib/model/count';
import { parseEntryId } from '@/lib/model/entry-id';
import { groupPageHref } from '@/lib/model/group-href';
import { streamPageHref } from '@/lib/model/stream-href';
import { visibleText } from '@/lib/model/visible-text';
import { OutcomeMark } from './outcome-mark';

/** Everything that is recorded of one act. */
export function AuditDetail({ act, asOf }: { act: AuditAct; asOf: string }) {
  const { stream, group, targets, count } = act;
  const items: { key: string; value: ReactNode }[] = [
    { key: 'Outcome', value: <OutcomeMark act={act} asOf={asOf} /> },
  ];
  const add = (key: string, value: ReactNode, isThere: boolean) => {
    if (isThere) items.push({ key, value });
  };
  const text = (key: string, value: string | null) =>
    add(key, <VisibleText text={value ?? ''} />, value !== null);
  text('Error code', act.code);
  text('Reason given', act.reason);
  text('Who', act.actor);
  text('Subject', act.subject);
  text('Role', act.role);
  text('Address', act.address);
  text('Came in by', act.via);
  const streamLink = stream !== null && (
    <TextLink href={streamPageHref(stream)}>
      <VisibleText text={stream} />
    </TextLink>
  );
  add('Stream', streamLink, stream !== null);
  const groupLink = stream !== null && group !== null && (
    <TextLink href={groupPageHref(stream, group)}>
      <VisibleText text={group} />
    </TextLink>
  );
  add('Group', groupLink, group !== null);
  add('Count', formatCount(count ?? 0), count !== null);
  add('Targets', <Targets act={act} />, targets.length > 0);
  add('Before', <Facts facts={act.before ?? {}} />, act.before !== null);
  add('After', <Facts facts={act.after ?? {}} />, act.after !== null);
  const began = act.began_at !== null && <Timestamp at={act.began_at} show="full" withZone />;
  add('Begun', began, act.began_at !== null && act.outcome !== 'pending');
  const id = (key: string, value: string | null) =>
    add(
      key,
      <span className="font-mono text-12">{value && visibleText(value)}</span>,
      value !== null,
    );
  id('Request', act.request_id);
  id('Act', act.act);
  text('Process', act.instance);
  return (
    <>
      <KeyValue items={items} />
      {act.outcome === 'pending' && (
        <p className="mt-4 max-w-prose text-13 text-quiet">
          It was to be done, and no result is recorded: it is under way, its process ended before it
          was over, or Redis did not take the result. The log of {act.instance} may have it, under
          the request.
        </p>
      )}
    </>
  );
}

function Targets({ act: { stream, targets, count } }: { act: AuditAct }) {
  const left = (count ?? 0) - targets.length;
  return (
    <ul className="font-mono text-12 leading-5">
      {targets.map((target) => (
        <li key={target}>
          {stream !== null && target.includes('-') && parseEntryId(target) === target ? (
            <TextLink href={streamPageHref(stream, {}, target)}>{target}</TextLink>
          ) : (
            <VisibleText text={target} />
          )}
        </li>
      ))}
      {left > 0 && <li className="font-sans text-quiet">and {countOf(left, 'other')}</li>}
    </ul>
  );
}

function Facts({ facts }: { facts: NonNullable<AuditAct['before']> }) {
  return (
    <ul className="leading-5">
      {Object.entries(facts).map(([name, value]) => (
        <li key={name}>
          <span className="text-quiet">
            <VisibleText text={name} />
          </span>{' '}
          <span className="font-mono text-12">
            <VisibleText text={String(value)} />
          </span>
        </li>
      ))}
    </ul>
  );
}
