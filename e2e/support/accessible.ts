import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };
const WIDEST = { width: 2560, height: 1440 };

/** Each width and each theme; where both are wide, a theme changes colours alone. */
const LOOKS = [
  { viewport: WIDE, colorScheme: 'light', rules: null },
  { viewport: WIDE, colorScheme: 'dark', rules: ['color-contrast', 'link-in-text-block'] },
  { viewport: NARROW, colorScheme: 'dark', rules: null },
] as const;

/** No violation at either width and in either theme, and nothing to scroll sideways. */
export async function expectAccessible(page: Page, what: string) {
  for (const { viewport, colorScheme, rules } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const axe = new AxeBuilder({ page }).options({
      resultTypes: ['violations'],
      // WCAG 2.2's target size, which axe leaves out unless it is asked for.
      rules: { 'target-size': { enabled: true } },
    });
    // There are no frames: nothing needs a second page to be put together in.
    axe.setLegacyMode();
    if (rules) axe.withRules([...rules]);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(found, `${what}, ${viewport.width} px, ${colorScheme}`).toEqual([]);
    await expectNoSidewaysScroll(page, what, viewport);
  }
  await page.setViewportSize(WIDEST);
  await expectNoSidewaysScroll(page, what, WIDEST);
  await page.setViewportSize(WIDE);
}

async function expectNoSidewaysScroll(page: Page, what: string, viewport: { width: number }) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, `${what} at ${viewport.width} px`).toBeLessThanOrEqual(viewport.width);
}
