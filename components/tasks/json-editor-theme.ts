import { EditorView } from '@codemirror/view';

/** The editor in the page's tokens. */
export const editorTheme = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono-stack)',
    fontVariantLigatures: 'none',
    lineHeight: '20px',
    maxHeight: '20rem',
  },
  '.cm-content, .cm-gutter': { minHeight: '132px' },
  '.cm-content': { padding: '6px 0', caretColor: 'var(--neutral-12)' },
  '.cm-cursor': { borderLeftColor: 'var(--neutral-12)' },
  '.cm-gutters': {
    backgroundColor: 'var(--neutral-3)',
    color: 'var(--neutral-10)',
    borderRight: '1px solid var(--neutral-6)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'var(--accent-tint)' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--neutral-5)',
    outline: '1px solid var(--neutral-8)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--bad-tint)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad) 1px',
    textUnderlineOffset: '3px',
    backgroundColor: 'var(--bad-tint)',
  },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--bad)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--neutral-2)',
    color: 'var(--neutral-12)',
    border: '1px solid var(--neutral-7)',
    borderRadius: '6px',
    boxShadow: 'var(--float-shadow)',
  },
  '.cm-diagnostic': {
    fontFamily: 'var(--font-sans-stack)',
    fontSize: '12px',
    padding: '6px 10px',
    borderLeft: 'none',
  },
});
