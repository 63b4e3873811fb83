/** Microseconds a second as percent of one core: `0.4 %`, `12 %`; less than a tenth is said so. */
export function coreShare(usPerSecond: number): string {
  const percent = usPerSecond / 10_000;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '< 0.1 %';
  return `${percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}
