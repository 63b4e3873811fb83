import { VisibleText } from '@/components/entry/visible-text';
import type { Finding } from '@/lib/model/finding';
import { FindingItem } from './finding-item';

interface Props {
  findings: readonly Finding[];
  /** Said where nothing is found. */
  well: string;
}

/** What is found in words, worst first; one quiet sentence when there is nothing. */
export function DiagnosisSection({ findings, well }: Props) {
  return (
    <section aria-labelledby="diagnosis" className="mb-6">
      <h2 id="diagnosis" className="mb-2 flex items-baseline gap-2 text-14 font-semibold">
        Diagnosis
        {findings.length > 0 && (
          <span className="text-13 font-medium text-quiet tabular-nums">{findings.length}</span>
        )}
      </h2>
      {findings.length === 0 ? (
        <p className="text-13 text-quiet">
          Nothing stands out. <VisibleText text={well} />
        </p>
      ) : (
        <ul className="overflow-hidden rounded-md border bg-raised">
          {findings.map((finding) => (
            <FindingItem
              key={`${finding.code}\n${finding.consumer}\n${finding.entry}`}
              finding={finding}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
