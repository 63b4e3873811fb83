import { defineConfig, devices } from '@playwright/test';

const isRoot = process.getuid?.() === 0;
// Set by `npm test` to the Chromium it found; without it, Playwright's own is used.
const executablePath = process.env.CHROMIUM_BIN;

/**
 * A Chromium with a window loads two pages of its address bar for every context, which cost more
 * than our own. Named after those Playwright switches off itself: only the last such list counts.
 */
const DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Generous, for a busy machine: a wait ends as soon as what it waits for is there.
  timeout: 240_000,
  expect: { timeout: 20_000 },
  retries: 0,
  // One a core: a third made slow machines slower than the waits allow.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    // A trace of every test costs more than the tests; ask for one with --trace on.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        launchOptions: {
          ...(executablePath ? { executablePath } : {}),
          args: [
            ...(isRoot ? ['--no-sandbox'] : []),
            '--disable-gpu',
            `--disable-features=${DISABLED_FEATURES.join(',')}`,
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
          ],
        },
      },
    },
  ],
});
