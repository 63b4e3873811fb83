/**
 * The highest rate that holds: by doubling (or another growth), then by halving the ratio between what held and what did
 * not. A rate that fails is tried twice, since a busy machine fails by chance.
 * @param {object} search
 * @param {number} search.start
 * @param {number} search.min
 * @param {number} search.max
 * @param {number} [search.growth] from what holds to what is tried next; default: 2
 * @param {number} search.precision it ends where failed / held is at most this
 * @param {(rate: number) => Promise<boolean>} search.holds
 * @returns {Promise<number>} 0 where not even `min` holds
 */
export async function findHighestRate({ start, min, max, growth = 2, precision, holds }) {
  let held = 0;
  let failed = Number.POSITIVE_INFINITY;
  let rate = Math.min(max, Math.max(min, start));
  for (;;) {
    if ((await holds(rate)) || (await holds(rate))) held = rate;
    else failed = rate;
    if (held >= max || failed <= min || failed / held <= precision) return held;
    if (held === 0) rate = Math.max(min, failed / growth);
    else if (failed === Number.POSITIVE_INFINITY) rate = Math.min(max, held * growth);
    else rate = Math.sqrt(held * failed);
  }
}
