'use client';

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useEffectEvent, useRef } from 'react';
import { controlClass, useField } from '@/components/ui/field';
import { pageNonce } from '@/lib/browser/page-nonce';
import { findJsonObjectErrors } from '@/lib/model/json-errors';
import { jsonColours } from './json-colours';
import { editorTheme } from './json-editor-theme';

const LINT_DELAY_MS = 500;

interface Props {
  value: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

/**
 * A JSON editor that marks mistakes where they are. Tab leaves it, as it leaves any field.
 * Loaded late: the textarea it replaces stands until then.
 */
export function JsonEditor({ value, onChange, onBlur }: Props) {
  const { id, describedBy, invalid } = useField();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changed = useEffectEvent(onChange);
  const blurred = useEffectEvent(onBlur);

  const first = useRef(value);
  useEffect(() => {
    if (!place.current) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          indentOnInput(),
          json(),
          jsonColours,
          lintGutter(),
          linter(({ state }) => marks(state.doc.toString()), { delay: LINT_DELAY_MS }),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          editorTheme,
          EditorView.lineWrapping,
          EditorView.cspNonce.of(pageNonce()),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString());
          }),
          // Its own `focusChanged` comes 10 ms late, and never where the focus left sooner.
          EditorView.domEventHandlers({ blur: () => blurred(), beforeinput: typeOver }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const content = view.current?.contentDOM;
    if (!content) return;
    content.setAttribute('aria-labelledby', `${id}-label`);
    content.setAttribute('aria-invalid', String(invalid === true));
    if (describedBy) content.setAttribute('aria-describedby', describedBy);
    else content.removeAttribute('aria-describedby');
  }, [id, describedBy, invalid]);

  return (
    <div
      ref={place}
      className={controlClass(
        invalid,
        // As high as its editor will be, from the first frame on.
        'min-h-[134px] overflow-hidden outline-offset-1 outline-accent focus-within:outline-2',
      )}
    />
  );
}

/**
 * What is typed in place of a selection. Left to it, a browser keeps the look of what it replaces in
 * a `style` attribute of its own, which the content security policy refuses with a complaint.
 */
function typeOver(event: InputEvent, view: EditorView): boolean {
  const { inputType, data, isComposing } = event;
  if (inputType !== 'insertText' || data === null || isComposing) return false;
  // The editor's own selection follows the page's a moment later.
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return false;
  const range = selection.getRangeAt(0);
  const from = view.posAtDOM(range.startContainer, range.startOffset);
  const to = view.posAtDOM(range.endContainer, range.endOffset);
  const insert = view.state.toText(data);
  event.preventDefault();
  view.dispatch({
    changes: { from, to, insert },
    selection: { anchor: from + insert.length },
    userEvent: 'input.type',
    scrollIntoView: true,
  });
  return true;
}

function marks(text: string) {
  return findJsonObjectErrors(text).map(({ offset, length, message }) => ({
    from: Math.min(offset, Math.max(0, text.length - 1)),
    to: Math.min(offset + length, text.length),
    severity: 'error' as const,
    message,
  }));
}
