import { FindingItem } from '@/components/group/finding-item';
import type { StreamSnapshot } from '@/lib/model/snapshot';

/** What is found in the stream itself; nothing where it is well. A group's are on its own page. */
export function StreamFindings({ stream }: { stream: StreamSnapshot }) {
  const findings = stream.findings.filter(({ group }) => group === null);
  if (findings.length === 0) return null;
  return (
    <section aria-labelledby="stream-findings" className="mb-4">
      <h2 id="stream-findings" className="sr-only">
        Found in the stream
      </h2>
      <ul className="overflow-hidden rounded-md border bg-raised">
        {findings.map((finding) => (
          <FindingItem key={`${finding.code}\n${finding.entry}`} finding={finding} />
        ))}
      </ul>
    </section>
  );
}
