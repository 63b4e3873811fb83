import { syntaxTree } from '@codemirror/language';
import { type Range, RangeSet } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin } from '@codemirror/view';

const COLOURS: Record<string, Decoration> = {
  PropertyName: Decoration.mark({ class: 'text-accent-ink' }),
  String: Decoration.mark({ class: 'text-ink' }),
  Number: Decoration.mark({ class: 'text-info-ink' }),
  True: Decoration.mark({ class: 'text-info-ink' }),
  False: Decoration.mark({ class: 'text-info-ink' }),
  Null: Decoration.mark({ class: 'text-info-ink' }),
};

/** Colours JSON by the page's own tokens, so that both themes hold. */
export const jsonColours = ViewPlugin.define(
  (view) => ({
    decorations: colour(view),
    update(update) {
      if (
        update.docChanged ||
        update.viewportChanged ||
        syntaxTree(update.startState) !== syntaxTree(update.state)
      ) {
        this.decorations = colour(update.view);
      }
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

function colour(view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const decoration = COLOURS[node.name];
        if (decoration && node.to > node.from) ranges.push(decoration.range(node.from, node.to));
      },
    });
  }
  return RangeSet.of(ranges, true);
}
