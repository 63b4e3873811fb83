/**
 * What of a contestant the aims speak of; NaN where it was not measured.
 * @typedef {object} Facts
 * @property {number} highest deliveries/s at 1000 subscribers
 * @property {number} p99MsAt200 at 200 events/s × 1000 subscribers
 * @property {number} cpuPerMillionAt200
 * @property {number} loneP99Ms one event alone, the worse of 1 and 1000 subscribers
 * @property {number} memoryKb a subscriber
 */

/**
 * An aim held against what was measured: `ratio` over 1 is better than the aim.
 * @typedef {{ aim: string, of: string, measured: number, limit: number, ratio: number, verdict: string }} Judgement
 */

const MEMORY_KB_MAX = { route: 100, server: 20, ws: 100 };

/**
 * @param {{ aim: string, of: string, measured: number, limit: number, isMost?: boolean }} claim
 *   `isMost`: the limit is the most it may be, not the least
 * @returns {Judgement}
 */
function judge({ aim, of, measured, limit, isMost = false }) {
  const ratio = isMost ? limit / measured : measured / limit;
  const isKnown = Number.isFinite(measured) && Number.isFinite(limit) && limit > 0;
  const verdict = !isKnown ? 'not measured' : ratio >= 1 ? 'reached' : 'NOT reached';
  return { aim, of, measured, limit, ratio: isKnown ? ratio : Number.NaN, verdict };
}

/**
 * The aims of the feed, each with what it came to.
 * @param {(name: string) => Facts} factsOf
 * @returns {Judgement[]}
 */
export function judgeAims(factsOf) {
  const raw = factsOf('raw');
  const nchan = factsOf('nchan');
  const isMost = true;
  return [
    { aim: '>= 0.5 x raw, deliveries/s', of: 'route', limit: 0.5 * raw.highest },
    { aim: '>= 0.85 x raw, deliveries/s', of: 'server', limit: 0.85 * raw.highest },
    { aim: '>= 30 x nchan, deliveries/s', of: 'route', limit: 30 * nchan.highest },
    { aim: '>= 30 x nchan, deliveries/s', of: 'server', limit: 30 * nchan.highest },
  ]
    .map((claim) => judge({ ...claim, measured: factsOf(claim.of).highest }))
    .concat(
      Object.entries(MEMORY_KB_MAX).flatMap(([of, memoryKbMax]) => {
        const facts = factsOf(of);
        const cpuLimit = 2 * raw.cpuPerMillionAt200;
        return [
          { aim: 'p99 ms at 200 events/s', measured: facts.p99MsAt200, limit: 120 },
          {
            aim: 'CPU s/M <= 2 x raw at 200 events/s',
            measured: facts.cpuPerMillionAt200,
            limit: cpuLimit,
          },
          { aim: 'p99 ms of one event alone', measured: facts.loneP99Ms, limit: 15 },
          { aim: 'memory a subscriber, KB', measured: facts.memoryKb, limit: memoryKbMax },
        ].map((claim) => judge({ ...claim, of, isMost }));
      }),
    );
}
