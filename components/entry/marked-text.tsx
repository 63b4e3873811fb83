'use client';

import { createContext, Fragment, type ReactNode, use } from 'react';
import { markText } from '@/lib/model/text-marks';
import { isPlainText } from '@/lib/model/visible-text';
import { VisibleText } from './visible-text';

/** Texts, in lower case, that are marked in the rows below. */
const Marks = createContext<readonly string[]>([]);

export const MarksProvider = Marks.Provider;

/** Text from outside, as `VisibleText`, with what was searched for marked in it. */
export function MarkedText({ text }: { text: string }) {
  return markedText(text, useMarks());
}

/** What is marked here, for `markedText`. */
export function useMarks(): readonly string[] {
  return use(Marks);
}

/** As `MarkedText`, without a component or element of its own where it needs none: rows are many. */
export function markedText(text: string, marks: readonly string[]): ReactNode {
  if (marks.length === 0) return shown(text);
  return markText(text, marks).map((part, index) =>
    part.isMarked ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
      <mark key={index} className="rounded-md bg-warm text-ink">
        {shown(part.text)}
      </mark>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity
      <Fragment key={index}>{shown(part.text)}</Fragment>
    ),
  );
}

function shown(text: string): ReactNode {
  return isPlainText(text) ? text : <VisibleText text={text} keep="spaces" />;
}
