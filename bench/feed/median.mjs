/**
 * @param {number[]} values
 * @returns {number} NaN of none
 */
export function median(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * The median of each number that the samples have.
 * @template {Record<string, number>} T
 * @param {T[]} samples at least one
 * @returns {T}
 */
export function medianOfEach(samples) {
  const [first] = samples;
  const names = Object.keys(first ?? {});
  const pairs = names.map((name) => [name, median(samples.map((sample) => Number(sample[name])))]);
  return Object.fromEntries(pairs);
}
