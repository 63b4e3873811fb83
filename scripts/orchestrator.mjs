import './setup/node-version.mjs';
import { parseArgs } from 'node:util';
import { runOrchestrator } from './orchestrator/run.mjs';
import { isScenario, scenarioNames, settingsOf } from './orchestrator/scenarios.mjs';
import { onEndSignal } from './setup/end-signals.mjs';
import { runMain, SetupError } from './setup/main.mjs';

const USAGE = `Plays the orchestrator: adds tasks, works on them, emits events, reads its groups.

  npm run orchestrator -- [options]

  --redis-url URL          default: REDIS_URL, or redis://127.0.0.1:6379
  --scenario NAME          ${scenarioNames.join(', ')}; default: steady
  --tasks-per-second N     default: 2
  --events-per-second N    query events beside those of tasks; default: 2, trimmed: 25
  --workers N              default: 4
  --seed N                 repeats the same documents and ids; default: a random one
  --duration SECONDS       default: 0, until stopped
  --history N              events of the past 15 minutes for an empty stream; default: 0`;

/** @type {import('node:util').ParseArgsConfig['options']} */
const OPTIONS = {
  'redis-url': { type: 'string' },
  scenario: { type: 'string' },
  'tasks-per-second': { type: 'string' },
  'events-per-second': { type: 'string' },
  workers: { type: 'string' },
  seed: { type: 'string' },
  duration: { type: 'string' },
  history: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
};

/** @returns {Record<string, string | true | undefined>} */
function readFlags() {
  try {
    return /** @type {Record<string, string | true>} */ (parseArgs({ options: OPTIONS }).values);
  } catch (error) {
    throw new SetupError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

async function main() {
  const flags = readFlags();
  if (flags.help) {
    console.log(USAGE);
    return 0;
  }
  /**
   * @param {string} name
   * @param {{ max: number, isWhole?: boolean }} limits
   */
  const number = (name, { max, isWhole = true }) => {
    const text = flags[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text !== '' && value >= 0 && value <= max && (!isWhole || Number.isInteger(value))) {
      return value;
    }
    throw new SetupError(
      `--${name} is a ${isWhole ? 'whole number' : 'number'} from 0 to ${max}, not ${text}`,
    );
  };
  const scenario = String(flags.scenario ?? 'steady');
  if (!isScenario(scenario)) {
    throw new SetupError(`--scenario is one of ${scenarioNames.join(', ')}, not ${scenario}`);
  }
  const settings = settingsOf(scenario, {
    workers: number('workers', { max: 64 }),
    tasksPerSecond: number('tasks-per-second', { max: 5000, isWhole: false }),
    eventsPerSecond: number('events-per-second', { max: 20_000, isWhole: false }),
  });

  const stop = new AbortController();
  onEndSignal(() => stop.abort());
  const duration = number('duration', { max: 1_000_000, isWhole: false }) ?? 0;
  if (duration > 0) setTimeout(() => stop.abort(), duration * 1000).unref();

  await runOrchestrator({
    redisUrl: String(flags['redis-url'] ?? process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'),
    settings,
    seed: number('seed', { max: 2 ** 32 - 1 }) ?? Math.floor(Math.random() * 2 ** 32),
    history: number('history', { max: 10_000 }) ?? 0,
    signal: stop.signal,
    say: (line) => console.log(line),
  });
  // A connection that was being made would keep the process a while.
  process.exit(0);
}

await runMain(main);
