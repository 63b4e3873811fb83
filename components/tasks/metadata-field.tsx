'use client';

import { type ComponentType, useEffect, useRef, useState } from 'react';
import { Field, Textarea } from '@/components/ui/field';

interface EditorProps {
  value: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

interface Props extends EditorProps {
  errors: readonly string[];
}

/** Metadata as JSON: a textarea at first, an editor once it is loaded and nobody types. */
export function MetadataField({ errors, ...editor }: Props) {
  const Editor = useLateEditor();
  return (
    <Field
      label="metadata"
      optional
      errors={errors}
      hint="A JSON object; empty means {}. Sent as one line."
    >
      {Editor.loaded ? (
        <Editor.loaded {...editor} />
      ) : (
        <Textarea
          ref={Editor.placeholder}
          rows={6}
          name="metadata"
          spellCheck={false}
          className="h-[134px] font-mono"
          value={editor.value}
          onChange={(event) => editor.onChange(event.target.value)}
          onBlur={editor.onBlur}
        />
      )}
    </Field>
  );
}

/** The editor, loaded after the page; held back while its placeholder has the focus. */
function useLateEditor() {
  const [loaded, setLoaded] = useState<ComponentType<EditorProps> | null>(null);
  const placeholder = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const gone = new AbortController();
    void import('./json-editor').then(({ JsonEditor }) => {
      if (gone.signal.aborted) return;
      const show = () => setLoaded(() => JsonEditor);
      if (document.activeElement !== placeholder.current) return show();
      placeholder.current?.addEventListener('blur', show, { once: true, signal: gone.signal });
    });
    return () => gone.abort();
  }, []);
  return { loaded, placeholder };
}
