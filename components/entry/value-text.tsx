import { useMemo } from 'react';
import { textLines } from '@/lib/model/text-lines';
import { VirtualLines } from './virtual-lines';
import { VisibleText } from './visible-text';

/** Up to here all of a text stands in the page; beyond, only the lines in sight. */
const WHOLE_CHARS_MAX = 20_000;
/** What a line of the drawer holds. */
const LINE_CHARS_MAX = 72;

/** A value read as text, of any length. */
export function ValueText({ text }: { text: string }) {
  if (text === '') return <p className="text-13 text-faint">empty</p>;
  return text.length <= WHOLE_CHARS_MAX ? (
    <pre className="rounded-md border bg-sunken px-3 py-2 font-mono text-12 leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
      <VisibleText text={text} keep="lines" />
    </pre>
  ) : (
    <LongText text={text} />
  );
}

function LongText({ text }: { text: string }) {
  const lines = useMemo(() => textLines(text, LINE_CHARS_MAX), [text]);
  return (
    <VirtualLines
      label="Value as text"
      count={lines.length}
      line={(index) => (
        <>
          <span aria-hidden className="inline-block w-4 text-faint select-none">
            {lines[index]?.continued && '↪'}
          </span>
          <VisibleText text={lines[index]?.text ?? ''} keep="lines" />
        </>
      )}
    />
  );
}
