'use client';

import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Popover } from '@/components/ui/popover';

const EXAMPLES: readonly [filter: string, meaning: string][] = [
  ['timeout', 'text anywhere in the entry, in any case'],
  ['"LLM timeout"', 'text with a space or a sign: in quotes'],
  ['type:ingestion.*', 'the event’s type; * is any text'],
  ['type:*.failed,*.task_failed', 'one of several, by commas'],
  ['-type:*.progress', 'not these: a dash in front'],
  ['job:job-1', 'the job it belongs to'],
  ['data.chunks_total>10', 'a number within a field: = != < <= > >='],
  ['data.error:*', 'the field is there'],
  ['type:ingestion.* data.percent_complete<50', 'all of several, by spaces'],
];

/** Examples of the filter language that can be taken over. */
export function FilterHelp({ onChoose }: { onChoose: (filter: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="How to filter"
      open={open}
      onOpenChange={setOpen}
      trigger={<IconButton label="How to filter" icon={<CircleHelp aria-hidden />} />}
    >
      <h2 className="px-2 pb-1 font-semibold">How to filter</h2>
      <ul>
        {EXAMPLES.map(([filter, meaning]) => (
          <li key={filter}>
            <button
              type="button"
              className="flex min-h-8 w-full flex-col items-start rounded-md px-2 py-1 text-left hover:bg-hover"
              onClick={() => {
                setOpen(false);
                onChoose(filter);
              }}
            >
              <code className="font-mono text-12 text-accent-ink">{filter}</code>
              <span className="text-12 text-quiet">{meaning}</span>
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
