import clsx from 'clsx';

interface Props {
  /** In pixels, or a percentage of what it stands in. */
  width: number | string;
  /** In pixels; by default none. */
  height?: number;
  className?: string;
}

/**
 * Room as wide as data say, which puts what follows it in a flex row where it belongs. The content
 * security policy lets no `style` stand in HTML; this is an attribute, and right in the first HTML.
 */
export function Room({ width, height = 0, className }: Props) {
  return (
    <svg
      aria-hidden
      focusable="false"
      width={width}
      height={height}
      className={clsx('pointer-events-none block shrink-0', className)}
    />
  );
}
