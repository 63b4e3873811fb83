import { expect, test } from 'vitest';
import { PLOT_BOX, PLOT_CLASSES } from './plot-box';

test('the classes are of the same pixels as the numbers', () => {
  const { height, top, right, bottom, left } = PLOT_BOX;
  expect(PLOT_CLASSES).toEqual({
    height: `h-[${height}px]`,
    padding: `pt-[${top}px] pr-[${right}px] pb-[${bottom}px] pl-[${left}px]`,
    inset: `top-[${top}px] right-[${right}px] bottom-[${bottom}px] left-[${left}px]`,
  });
});
