/** @typedef {'steady' | 'burst' | 'stuck-consumer' | 'poison-task' | 'trimmed'} ScenarioName */

/**
 * How the simulated system behaves.
 * @typedef {object} Settings
 * @property {ScenarioName} scenario
 * @property {number} workers
 * @property {number} tasksPerSecond on average, without bursts
 * @property {number} eventsPerSecond query events, besides those that tasks cause
 * @property {(elapsedSeconds: number) => number} arrivalFactor what multiplies both rates now
 * @property {number} thinkMs how long a worker is at one task, on average
 * @property {number} batchTasks how many tasks a worker reads at once
 * @property {number} failureShare of tasks that fail the first time
 * @property {number} claimIdleMs a pending task idle this long is claimed; Infinity: never
 * @property {number} claimEveryMs
 * @property {number} initialTasks on the queue before the first worker starts
 * @property {number | undefined} stuckWorker the worker that takes tasks and goes silent
 * @property {boolean} hasPoison one task that no worker can process
 * @property {boolean} isCollectorSilent the events' metrics-collector reads once, then no more
 * @property {number} queueCollectorPauseMs how long the queue's metrics-collector rests between two looks;
 *   slow on purpose: workers delete tasks ahead of it, which is what makes its lag uncertain. 0: it waits
 *   for each entry
 * @property {number} eventsLengthMax what events are trimmed to, about
 */

const BUSY_SHARE = 0.5;
const THINK_MS_MAX = 600;
const BURST = { everySeconds: 45, lengthSeconds: 4, factor: 50, capacityFactor: 8 };

/** A stuck worker holds at least this many tasks. */
export const STUCK_TASKS = 14;

/** @type {Record<ScenarioName, Partial<Settings>>} */
const SCENARIOS = {
  steady: {},
  burst: {
    arrivalFactor: (elapsedSeconds) =>
      elapsedSeconds % BURST.everySeconds < BURST.lengthSeconds ? BURST.factor : 1,
  },
  'stuck-consumer': {
    stuckWorker: 3,
    initialTasks: STUCK_TASKS + 2,
    claimIdleMs: Number.POSITIVE_INFINITY,
    failureShare: 0,
  },
  // One task at a time, so that none waits in a worker's hands long enough to be claimed.
  'poison-task': { hasPoison: true, batchTasks: 1, claimIdleMs: 2000, claimEveryMs: 1000 },
  trimmed: { isCollectorSilent: true, eventsLengthMax: 100 },
};

/** @param {string} name @returns {name is ScenarioName} */
export const isScenario = (name) => Object.hasOwn(SCENARIOS, name);

export const scenarioNames = Object.keys(SCENARIOS);

/**
 * @param {ScenarioName} scenario
 * @param {{ workers?: number, tasksPerSecond?: number, eventsPerSecond?: number }} [wanted]
 * @returns {Settings}
 */
export function settingsOf(scenario, wanted = {}) {
  const workers = wanted.workers ?? 4;
  const tasksPerSecond = wanted.tasksPerSecond ?? 2;
  const eventsPerSecond = wanted.eventsPerSecond ?? (scenario === 'trimmed' ? 25 : 2);
  const capacity = tasksPerSecond * (scenario === 'burst' ? BURST.capacityFactor : 1);
  return {
    scenario,
    workers,
    tasksPerSecond,
    eventsPerSecond,
    arrivalFactor: () => 1,
    thinkMs: Math.min(THINK_MS_MAX, (1000 * BUSY_SHARE * workers) / Math.max(capacity, 0.01)),
    batchTasks: 10,
    failureShare: 0.004,
    claimIdleMs: 30_000,
    claimEveryMs: 5000,
    initialTasks: 0,
    stuckWorker: undefined,
    hasPoison: false,
    isCollectorSilent: false,
    queueCollectorPauseMs: 4000,
    eventsLengthMax: 10_000,
    ...SCENARIOS[scenario],
  };
}
