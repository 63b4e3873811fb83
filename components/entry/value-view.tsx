'use client';

import { type ReactNode, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { formatBytes } from '@/lib/model/bytes';
import { toBase64, type WireValue } from '@/lib/model/entry';
import { MASK } from '@/lib/model/mask-json';
import { readValue, type ValueReading } from '@/lib/model/value-reading';
import { ValueHex } from './value-hex';
import { ValueText } from './value-text';

type View = 'decoded' | 'raw';

/** Keeps how a value is shown while it is out of sight and not drawn. */
export interface ValueViewMemory {
  get: () => View | undefined;
  set: (view: View) => void;
}

interface Props {
  /** The field's name as it is shown, and in words for what screen readers hear. */
  heading: ReactNode;
  name: string;
  value: WireValue;
  /** Whether the server masked it, or something in it. */
  isMasked?: boolean;
  /** Absent where all that can be loaded is loaded. */
  onLoadAll?: (() => void) | undefined;
  memory?: ValueViewMemory | undefined;
}

function sizeAndKind({ bytesWhole, kind, reason }: ValueReading): string {
  return `${formatBytes(bytesWhole)} · decoded as ${kind}, because ${reason}`;
}

/** No size: it would be that of the mask. */
function maskedWords({ kind, text, reason }: ValueReading): string {
  if (text === MASK) return 'masked by the server, because REDACT_FIELDS covers its name';
  return `decoded as ${kind}, because ${reason}; what REDACT_FIELDS covers in it is masked by the server`;
}

/** One field: its value read as what it is, or its raw bytes, and why it is read so. */
export function ValueView({ heading, name, value, isMasked = false, onLoadAll, memory }: Props) {
  const reading = useMemo(() => readValue(value), [value]);
  const [view, setView] = useState<View>(memory?.get() ?? 'decoded');
  const isCut = reading.bytes.length < reading.bytesWhole;
  const showsBytes = view === 'raw' || reading.text === null;
  return (
    <>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          {heading}
          <p className="text-12 text-quiet">
            {isMasked ? maskedWords(reading) : sizeAndKind(reading)}
          </p>
        </div>
        <SegmentedControl
          label={`How to show ${name}`}
          value={view}
          onChange={(next) => {
            memory?.set(next);
            setView(next);
          }}
          options={[
            { value: 'decoded', label: 'Decoded' },
            { value: 'raw', label: 'Raw' },
          ]}
        />
        <CopyButton
          className="mt-0.5"
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
    </>
  );
}
