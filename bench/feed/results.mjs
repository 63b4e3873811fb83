/**
 * One run of one line of the table.
 * @typedef {{ offered: number, achieved: number, cpuPerMillion: number, p50Ms: number, p99Ms: number,
 *   memoryKb: number, connectMs: number, lost: number, repeated: number, disordered: number,
 *   undelivered: number, serverShare: number, clientShare: number, redisShare: number,
 *   othersShare: number }} Sample
 */

/**
 * @param {import('./load-client.mjs').Run} run
 * @param {{ memoryKb: number, connectMs: number }} session
 * @returns {Sample}
 */
export function toSample(run, { memoryKb, connectMs }) {
  const { offered, achieved, lost, repeated, disordered } = run;
  return {
    offered,
    achieved,
    cpuPerMillion: (run.serverCpuS / run.cpuDeliveries) * 1e6,
    p50Ms: run.p50Ms < 0 ? Number.NaN : run.p50Ms,
    p99Ms: run.p99Ms < 0 ? Number.NaN : run.p99Ms,
    memoryKb,
    connectMs,
    lost,
    repeated,
    disordered,
    undelivered: (run.expected - run.delivered) / run.expected,
    serverShare: run.serverShare,
    clientShare: run.clientShare,
    redisShare: run.redisShare,
    othersShare: run.othersShare,
  };
}

/** What was measured, by who, how many and how fast. */
export class Results {
  /** @type {Map<string, Sample[]>} */
  #cells = new Map();
  /** @type {Map<string, Sample[]>} */
  #lone = new Map();
  /** @type {Map<string, { rate: number, deliveries: number, sample: Sample }[]>} */
  #highest = new Map();
  /** @type {Map<string, string>} */
  #problems = new Map();

  /**
   * @param {string} name
   * @param {number} subscribers
   * @param {number} rate
   * @param {Sample} sample
   */
  addCell(name, subscribers, rate, sample) {
    append(this.#cells, `${name} ${subscribers} ${rate}`, sample);
  }

  /**
   * @param {string} name
   * @param {number} subscribers
   * @param {Sample} sample
   */
  addLone(name, subscribers, sample) {
    append(this.#lone, `${name} ${subscribers}`, sample);
  }

  /**
   * @param {string} name
   * @param {{ rate: number, deliveries: number, sample: Sample }} found
   */
  addHighest(name, found) {
    append(this.#highest, name, found);
  }

  /**
   * Why something was not measured.
   * @param {string} name
   * @param {number} subscribers
   * @param {number | null} rate null: at none
   * @param {string} problem
   */
  addProblem(name, subscribers, rate, problem) {
    this.#problems.set(`${name} ${subscribers} ${rate ?? 'any'}`, problem);
  }

  /**
   * @param {string} name
   * @param {number} subscribers
   * @param {number} rate
   */
  cell(name, subscribers, rate) {
    return this.#cells.get(`${name} ${subscribers} ${rate}`) ?? [];
  }

  /**
   * @param {string} name
   * @param {number} subscribers
   */
  lone(name, subscribers) {
    return this.#lone.get(`${name} ${subscribers}`) ?? [];
  }

  /** @param {string} name */
  highest(name) {
    return this.#highest.get(name) ?? [];
  }

  /**
   * @param {string} name
   * @param {number} subscribers
   * @param {number} rate
   */
  problem(name, subscribers, rate) {
    return (
      this.#problems.get(`${name} ${subscribers} ${rate}`) ??
      this.#problems.get(`${name} ${subscribers} any`)
    );
  }
}

/**
 * @template T
 * @param {Map<string, T[]>} map
 * @param {string} key
 * @param {T} value
 */
function append(map, key, value) {
  map.set(key, [...(map.get(key) ?? []), value]);
}
