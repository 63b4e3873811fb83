/** @typedef {import('@playwright/test').Page} Page */
/** @typedef {import('@playwright/test').CDPSession} CDPSession */

/**
 * What a page felt while it was watched.
 * @typedef {object} Felt
 * @property {number[]} frames milliseconds from frame to frame
 * @property {number[]} longTasks milliseconds of each task over 50 ms
 */

/**
 * Watches frames and long tasks from now on.
 * @param {Page} page
 */
export async function startWatching(page) {
  await page.evaluate(() => {
    /** @type {{ frames: number[], longTasks: number[] }} */
    const felt = { frames: [], longTasks: [] };
    let isOn = true;
    let last = performance.now();
    const onFrame = (/** @type {number} */ now) => {
      if (!isOn) return;
      felt.frames.push(now - last);
      last = now;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame((now) => {
      last = now;
      requestAnimationFrame(onFrame);
    });
    const note = (/** @type {PerformanceEntryList} */ entries) => {
      for (const { duration } of entries) felt.longTasks.push(duration);
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: 'longtask' });
    Reflect.set(window, 'stopWatching', () => {
      isOn = false;
      note(observer.takeRecords());
      observer.disconnect();
      return felt;
    });
  });
}

/**
 * @param {Page} page
 * @returns {Promise<Felt>}
 */
export function stopWatching(page) {
  return page.evaluate(() => Reflect.get(window, 'stopWatching')());
}

/**
 * Notes, for every row that is drawn, how long after its event was added the frame was on screen.
 * @param {Page} page
 */
export async function startTimingRows(page) {
  await page.evaluate(() => {
    /** @type {number[]} */
    const latencies = [];
    /** @type {Set<string>} */
    const seen = new Set();
    const onScreen = (/** @type {number[]} */ ats) => {
      // What follows a frame's callbacks is its paint; the next task comes behind that.
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => {
          const now = performance.timeOrigin + performance.now();
          for (const at of ats) latencies.push(now - at);
        };
        channel.port2.postMessage(null);
      });
    };
    const observer = new MutationObserver((records) => {
      const ats = [];
      for (const { type, target, addedNodes } of records) {
        // A line is new, or it took in another row.
        for (const node of type === 'attributes' ? [target] : addedNodes) {
          const link =
            node instanceof Element &&
            (node.matches('a[data-row]') ? node : node.querySelector('a[data-row]'));
          if (!link) continue;
          const row = link.getAttribute('data-row');
          const at = /at ?(\d{13}(?:\.\d+)?)/.exec(link.textContent ?? '')?.[1];
          if (!row || !at || seen.has(row)) continue;
          seen.add(row);
          ats.push(Number(at));
        }
      }
      if (ats.length > 0) onScreen(ats);
    });
    const what = { childList: true, subtree: true, attributeFilter: ['data-row'] };
    observer.observe(document.body, what);
    Reflect.set(window, 'stopTimingRows', () => {
      observer.disconnect();
      return latencies;
    });
  });
}

/**
 * @param {Page} page
 * @returns {Promise<number[]>} milliseconds from XADD to the pixel, for each row drawn
 */
export function stopTimingRows(page) {
  return page.evaluate(() => Reflect.get(window, 'stopTimingRows')());
}

/**
 * Presses Space and gives the milliseconds until the page shows that it has paused or gone on.
 * @param {Page} page
 * @returns {Promise<number>}
 */
export async function timeOfSpace(page) {
  const shown = page.evaluate(
    () =>
      new Promise((resolve) => {
        let pressedMs = 0;
        const before = document.querySelector('h1 ~ button')?.textContent;
        const onKey = (/** @type {KeyboardEvent} */ event) => {
          pressedMs = event.timeStamp;
        };
        window.addEventListener('keydown', onKey, { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (pressedMs === 0 || document.querySelector('h1 ~ button')?.textContent === before)
            return;
          observer.disconnect();
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.now() - pressedMs);
            channel.port2.postMessage(null);
          });
        });
        observer.observe(document.body, { childList: true, subtree: true, characterData: true });
        Reflect.set(window, 'isTimingSpace', true);
      }),
  );
  await page.waitForFunction(() => Reflect.get(window, 'isTimingSpace') === true);
  await page.keyboard.press('Space');
  const ms = await shown;
  await page.evaluate(() => Reflect.deleteProperty(window, 'isTimingSpace'));
  return Number(ms);
}

/**
 * @param {CDPSession} session
 * @param {string} name of Chromium's own metrics
 */
async function metricOf(session, name) {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
}

/**
 * @param {CDPSession} session
 * @returns {Promise<number>} bytes of JavaScript that are still in use
 */
export async function heapAfterGc(session) {
  // What only finalisers let go is gone after the second.
  for (let round = 0; round < 2; round++) await session.send('HeapProfiler.collectGarbage');
  return metricOf(session, 'JSHeapUsedSize');
}

/**
 * Processor time, so that other programs on the machine are not in it.
 * @param {CDPSession} session with its metrics in `threadTicks`
 * @returns {Promise<number>} seconds that the page's main thread has worked
 */
export function mainThreadSeconds(session) {
  return metricOf(session, 'TaskDuration');
}
