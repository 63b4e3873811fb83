const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** A number of things, every digit: `10,021`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1 entry`, `2 entries`: the count with its noun. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Things a second: `42`, `6.1`; what is more than nothing never reads as `0`. */
export function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '<0.1';
  return perSecond < 10 ? tenths.format(perSecond) : whole.format(perSecond);
}

/** Milliseconds of an answer: `0.4 ms`, `12 ms`. */
export function formatLatency(ms: number): string {
  return `${ms < 10 ? Math.max(0.1, ms).toFixed(1) : whole.format(ms)} ms`;
}
