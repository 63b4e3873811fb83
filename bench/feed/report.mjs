import { judgeAims } from './aims.mjs';
import { median, medianOfEach } from './median.mjs';
import { AIM_SUBSCRIBERS } from './round.mjs';
import { formatTable, percent, short } from './table.mjs';

/** Above this the load client may have been what was measured. */
const CLIENT_SHARE_MAX = 0.85;
/** Redis, the load client and who feeds it share a core. */
const SHARED_CORE_MAX = 0.95;
/** Of the server's core: more than this, and the line says that the machine was not its own. */
const OTHERS_SHARE_MAX = 0.1;
const AIM_RATE = 200;
/** Received against offered: whoever is slower is written larger batches, which are cheaper. */
const PACE_MIN = 0.85;

/** @param {{ clientShare: number, redisShare: number, othersShare: number }} sample */
function bounds({ clientShare, redisShare, othersShare }) {
  const notes = [];
  if (clientShare > CLIENT_SHARE_MAX) notes.push('client-bound');
  else if (clientShare + redisShare > SHARED_CORE_MAX) notes.push('client core full');
  if (othersShare > OTHERS_SHARE_MAX) notes.push(`${percent(othersShare)} of core to others`);
  return notes;
}

/**
 * @param {import('./results.mjs').Results} results
 * @param {import('./options.mjs').Options} options
 */
export function mainTable(results, { only, subscribers, rates }) {
  const header = [
    'design',
    'subs',
    'events/s',
    'offered/s',
    'received/s',
    'CPU s/M',
    'p50 ms',
    'p99 ms',
    'KB/sub',
    'connect s',
    'lost',
    'twice',
    'disorder',
    'server',
    'client',
    'redis',
    'note',
  ];
  const rows = subscribers.flatMap((count) =>
    rates.flatMap((rate) => only.map((name) => mainRow(results, name, count, rate))),
  );
  return formatTable(header, rows);
}

/**
 * @param {import('./results.mjs').Results} results
 * @param {string} name
 * @param {number} subscribers
 * @param {number} rate
 */
function mainRow(results, name, subscribers, rate) {
  const head = [name, String(subscribers), String(rate)];
  const samples = results.cell(name, subscribers, rate);
  const problem = results.problem(name, subscribers, rate);
  if (samples.length === 0) return [...head, ...Array(13).fill('-'), problem ?? 'not run'];
  const middle = medianOfEach(samples);
  // Of faults every single one counts: the sum of all rounds, never a median.
  const sum = (/** @type {'lost' | 'repeated' | 'disordered'} */ fault) =>
    short(samples.reduce((total, sample) => total + sample[fault], 0));
  const worst = Math.max(...samples.map(({ undelivered }) => undelivered));
  const notes = bounds(middle);
  if (worst > 0) notes.unshift(`cannot: ${(worst * 100).toPrecision(2)} % undelivered`);
  else if (middle.achieved < PACE_MIN * middle.offered) notes.unshift('falls behind');
  return [
    ...head,
    short(middle.offered),
    short(middle.achieved),
    short(middle.cpuPerMillion),
    short(middle.p50Ms),
    short(middle.p99Ms),
    short(middle.memoryKb),
    short(middle.connectMs / 1000),
    sum('lost'),
    sum('repeated'),
    sum('disordered'),
    percent(middle.serverShare),
    percent(middle.clientShare),
    percent(middle.redisShare),
    notes.join(', '),
  ];
}

/**
 * @param {import('./results.mjs').Results} results
 * @param {string} name
 */
function highestOf(results, name) {
  return median(results.highest(name).map(({ deliveries }) => deliveries));
}

/**
 * @param {import('./results.mjs').Results} results
 * @param {import('./options.mjs').Options} options
 */
export function highestTable(results, { only }) {
  const raw = highestOf(results, 'raw');
  const nchan = highestOf(results, 'nchan');
  const rows = only.flatMap((name) => {
    const found = results.highest(name);
    if (found.length === 0) return [];
    const deliveries = highestOf(results, name);
    const middle = medianOfEach(found.map(({ sample }) => sample));
    return [
      [
        name,
        short(deliveries / AIM_SUBSCRIBERS),
        short(deliveries),
        short(deliveries / raw),
        short(deliveries / nchan),
        short(middle.p99Ms),
        percent(middle.serverShare),
        percent(middle.clientShare),
        percent(middle.redisShare),
        bounds(middle).join(', '),
      ],
    ];
  });
  const header = ['design', 'events/s', 'deliveries/s', 'x raw', 'x nchan', 'p99 ms'];
  return formatTable([...header, 'server', 'client', 'redis', 'note'], rows);
}

/**
 * @param {import('./results.mjs').Results} results
 * @param {import('./options.mjs').Options} options
 */
export function loneTable(results, { only }) {
  const rows = only.flatMap((name) =>
    [1, AIM_SUBSCRIBERS].flatMap((subscribers) => {
      const samples = results.lone(name, subscribers);
      if (samples.length === 0) return [];
      const { p50Ms, p99Ms, undelivered } = medianOfEach(samples);
      const note = undelivered > 0 ? `${percent(undelivered)} undelivered` : '';
      return [[name, String(subscribers), short(p50Ms), short(p99Ms), note]];
    }),
  );
  return formatTable(['design', 'subs', 'p50 ms', 'p99 ms', 'note'], rows);
}

/**
 * Whether a verdict may say more of other programs than of the feed; empty where it does not.
 * @param {import('./results.mjs').Results} results
 * @param {import('./options.mjs').Options} options
 */
export function aimsCaution(results, { only }) {
  const samples = only.flatMap((name) => [
    ...results.cell(name, AIM_SUBSCRIBERS, AIM_RATE),
    ...results.highest(name).map(({ sample }) => sample),
  ]);
  const worst = Math.max(0, ...samples.map(({ othersShare }) => othersShare));
  if (worst <= OTHERS_SHARE_MAX) return '';
  return `CAUTION: other programs took up to ${percent(worst)} of the server's core; verdicts need a quiet machine.\n`;
}

/** @param {import('./results.mjs').Results} results */
export function aimsTable(results) {
  const rows = judgeAims((name) => {
    const cell = results.cell(name, AIM_SUBSCRIBERS, AIM_RATE);
    const lone = [1, AIM_SUBSCRIBERS].map((subscribers) =>
      median(results.lone(name, subscribers).map(({ p99Ms }) => p99Ms)),
    );
    return {
      highest: highestOf(results, name),
      p99MsAt200: median(cell.map(({ p99Ms }) => p99Ms)),
      cpuPerMillionAt200: median(cell.map(({ cpuPerMillion }) => cpuPerMillion)),
      loneP99Ms: Math.max(...lone),
      memoryKb: median(cell.map(({ memoryKb }) => memoryKb)),
    };
  }).map(({ aim, of, measured, limit, ratio, verdict }) => [
    `${of}: ${aim}`,
    short(limit),
    short(measured),
    short(ratio),
    verdict,
  ]);
  return formatTable(['aim', 'limit', 'measured', 'ratio', 'verdict'], rows);
}
