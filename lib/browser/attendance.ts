/** Without a sign of somebody for this long what the page asks by itself is no use of the session. */
const ATTENDED_MS = 60_000;

let lastMs = Number.NEGATIVE_INFINITY;

/** Somebody is at this page: they moved, touched or typed something. */
export function noteAttended(nowMs = performance.now()): void {
  lastMs = nowMs;
}

/** Whether somebody was at this page lately. */
export function isAttended(nowMs = performance.now()): boolean {
  return nowMs - lastMs < ATTENDED_MS;
}

if (typeof window !== 'undefined') {
  noteAttended();
  for (const type of ['pointerdown', 'pointermove', 'wheel', 'input', 'focusin']) {
    window.addEventListener(type, () => noteAttended(), { capture: true, passive: true });
  }
}
