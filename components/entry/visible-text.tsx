import { visibleSegments } from '@/lib/model/visible-text';

interface Props {
  text: string;
  /** Line ends and tabs are shown as such, for a place that keeps them. */
  lines?: boolean;
}

/**
 * Text from outside, as it is: nothing in it can hide, run on, or turn the text around it.
 * Characters that cannot be seen are shown by their names.
 */
export function VisibleText({ text, lines = false }: Props) {
  const segments = visibleSegments(text, lines);
  return (
    <bdi dir="ltr">
      {segments.map((segment, index) =>
        segment.hidden ? (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: segments have no other identity
            key={index}
            title={segment.hidden.name}
            className={
              segment.hidden.isSpace
                ? 'text-faint'
                : 'mx-px rounded-md bg-warn-tint px-0.5 text-warn-ink'
            }
          >
            {segment.hidden.symbol}
          </span>
        ) : (
          segment.text
        ),
      )}
    </bdi>
  );
}
