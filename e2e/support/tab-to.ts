import { expect, type Locator, type Page } from '@playwright/test';

/** Nobody should have to press it so often. */
const PRESSES_MAX = 60;

/** Goes on by Tab, or back, until the focus is on it, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(target, `reached by ${PRESSES_MAX} presses of Tab`).toBeFocused();
}
