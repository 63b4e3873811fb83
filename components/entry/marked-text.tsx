'use client';

import { createContext, use } from 'react';
import { markText } from '@/lib/model/text-marks';
import { VisibleText } from './visible-text';

/** Texts, in lower case, that are marked in the rows below. */
const Marks = createContext<readonly string[]>([]);

export const MarksProvider = Marks.Provider;

/** Text from outside, as `VisibleText`, with what was searched for marked in it. */
export function MarkedText({ text }: { text: string }) {
  const marks = use(Marks);
  if (marks.length === 0) return <VisibleText text={text} keep="spaces" />;
  return markText(text, marks).map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
    const visible = <VisibleText key={index} text={part.text} keep="spaces" />;
    return part.isMarked ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
      <mark key={index} className="rounded-md bg-warm text-ink">
        {visible}
      </mark>
    ) : (
      visible
    );
  });
}
