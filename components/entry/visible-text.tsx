import { type Kept, visibleSegments } from '@/lib/model/visible-text';

interface Props {
  text: string;
  /** What is drawn as it is; the place of lines keeps them. */
  keep?: Kept;
}

/**
 * Text from outside, as it is: nothing in it can hide, run on, or turn the text around it.
 * Characters that cannot be seen are shown by their names. Every name is drawn by this.
 */
export function VisibleText({ text, keep = 'nothing' }: Props) {
  const segments = visibleSegments(text, keep);
  return (
    <bdi dir="ltr" className={keep === 'spaces' ? '[white-space-collapse:preserve]' : undefined}>
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
