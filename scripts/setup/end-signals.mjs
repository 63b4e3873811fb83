const PARENT_CHECK_MS = 500;

/**
 * Calls back each time this process is told to end: Ctrl-C, SIGTERM, a terminal that is closed.
 * A signal sent to npm ends npm and its shell and never reaches what they started, so that the
 * end of the parent counts as well.
 * @param {() => void} callback
 */
export function onEndSignal(callback) {
  process.on('SIGINT', callback);
  process.on('SIGTERM', callback);
  process.on('SIGHUP', callback);
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, PARENT_CHECK_MS);
  watch.unref();
}
