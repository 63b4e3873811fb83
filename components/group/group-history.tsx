import { TextLink } from '@/components/ui/text-link';
import { streamApiHref } from '@/lib/model/stream-href';

/** The past of a group. */
export function GroupHistory({ stream, group }: { stream: string; group: string }) {
  const href = `${streamApiHref(stream)}/history?range=1h&group=${encodeURIComponent(group)}`;
  return (
    <p className="text-13 text-quiet">
      Lag, pending, lost entries and rates are kept for seven days.{' '}
      <TextLink href={href}>The last hour as JSON</TextLink>
    </p>
  );
}
