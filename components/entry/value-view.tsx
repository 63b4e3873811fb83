'use client';

import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { formatBytes } from '@/lib/model/bytes';
import { toBase64, type WireValue } from '@/lib/model/entry';
import { readValue } from '@/lib/model/value-reading';
import { ValueHex } from './value-hex';
import { ValueText } from './value-text';

interface Props {
  /** The field's name, for what screen readers hear. */
  name: string;
  value: WireValue;
  /** Absent where all that can be loaded is loaded. */
  onLoadAll?: () => void;
}

/** One value: read as what it is, or its raw bytes, and why it is read so. */
export function ValueView({ name, value, onLoadAll }: Props) {
  const reading = useMemo(() => readValue(value), [value]);
  const [view, setView] = useState<'decoded' | 'raw'>('decoded');
  const isCut = reading.bytes.length < reading.bytesWhole;
  const showsBytes = view === 'raw' || reading.text === null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-quiet">
        <span className="mr-auto">
          {formatBytes(reading.bytesWhole)} · read as {reading.kind}, because {reading.reason}
        </span>
        <SegmentedControl
          label={`How to show ${name}`}
          value={view}
          onChange={setView}
          options={[
            { value: 'decoded', label: 'Decoded' },
            { value: 'raw', label: 'Raw' },
          ]}
        />
        <CopyButton
          label={reading.text === null ? `Copy ${name} as base64` : `Copy ${name}`}
          text={() => reading.text ?? toBase64(reading.bytes)}
        />
      </div>
      {showsBytes ? <ValueHex bytes={reading.bytes} /> : <ValueText text={reading.text ?? ''} />}
      {isCut && (
        <p className="flex flex-wrap items-center gap-2 text-12 text-warn-ink">
          The first {formatBytes(reading.bytes.length)} of {formatBytes(reading.bytesWhole)} are
          shown.
          {onLoadAll && (
            <Button size="sm" onClick={onLoadAll}>
              Load all
            </Button>
          )}
        </p>
      )}
    </div>
  );
}
