import { hexDump, hexLine, hexLineCount } from '@/lib/model/hex-dump';
import { VirtualLines } from './virtual-lines';

/** Up to here all lines stand in the page; beyond, only those in sight. */
const WHOLE_LINES_MAX = 64;

/** The bytes of a value as a hex dump, of any length. */
export function ValueHex({ bytes }: { bytes: Uint8Array }) {
  const count = hexLineCount(bytes);
  if (count === 0) return <p className="text-13 text-faint">no bytes</p>;
  return count <= WHOLE_LINES_MAX ? (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a place that scrolls must be reached by key
      tabIndex={0}
      className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 font-mono text-12 leading-5"
    >
      {hexDump(bytes)}
    </pre>
  ) : (
    <VirtualLines
      label="Value as bytes"
      count={count}
      line={(line) => <Line {...{ bytes, line }} />}
    />
  );
}

function Line({ bytes, line }: { bytes: Uint8Array; line: number }) {
  const { offset, hex, ascii } = hexLine(bytes, line);
  return (
    <>
      <span className="text-faint">{offset}</span> {hex} |{ascii}|
    </>
  );
}
