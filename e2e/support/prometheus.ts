import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { findOnPath } from '@/scripts/setup/find-on-path.mjs';
import { startGuard } from '@/scripts/setup/guard.mjs';
import { spawnGuarded, tailOf } from '@/scripts/setup/guarded-process.mjs';
import { eventually } from './eventually';

export const PROMETHEUS = findOnPath(['prometheus']);
/** What the board and the rules call it; see deploy/prometheus/prometheus.example.yml. */
export const JOB = 'shield-dashboard';

const answer = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.unknown() })),
  }),
});

export interface Prometheus {
  /** An instant query; rejects with what it answers where that is no success. */
  query: (expression: string) => Promise<z.infer<typeof answer>['data']['result']>;
  stop: () => Promise<void>;
}

/** A real Prometheus that scrapes `<target>/metrics` every second; Debian's `prometheus` package. */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const dir = await mkdtemp(join(tmpdir(), 'shield-prometheus-'));
  const guard = startGuard(dir);
  const logFile = join(dir, 'prometheus.log');
  const configFile = join(dir, 'prometheus.yml');
  const static_configs = [{ targets: [new URL(target).host] }];
  const config = {
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: JOB, static_configs }],
  };
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify(config));
  const child = await spawnGuarded(
    PROMETHEUS ?? 'prometheus',
    [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      // It picks a free port itself, and says which in its log.
      '--web.listen-address=127.0.0.1:0',
    ],
    { cwd: dir, logFile, guard },
  );
  const stop = async () => {
    await child.stop('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
    guard.release();
  };
  let base = '';
  try {
    await eventually(async () => {
      const [, address] =
        /"Listening on".* address=(\S+)/.exec(readFileSync(logFile, 'utf8')) ?? [];
      base = `http://${address}`;
      if ((await fetch(`${base}/-/ready`)).status !== 200) throw new Error('not ready');
    });
  } catch (error) {
    const log = tailOf(logFile, 20);
    await stop();
    throw new Error(`Prometheus did not start:\n${log}`, { cause: error });
  }
  return {
    query: async (expression) => {
      const asked = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const text = await asked.text();
      const read = answer.safeParse(JSON.parse(text));
      if (!read.success) throw new Error(`${expression}: ${text}`);
      return read.data.data.result;
    },
    stop,
  };
}
