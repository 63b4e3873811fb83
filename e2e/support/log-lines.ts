import { z } from 'zod';
import type { DashboardProcess } from './stack';

const accessLine = z.looseObject({
  msg: z.literal('request'),
  time: z.iso.datetime(),
  request_id: z.uuid(),
  client: z.string().min(1),
  peer: z.string().min(1),
  method: z.string().min(1),
  /** As it was asked for, which may be `*` or a whole address. */
  path: z.string().regex(/^[^?\s]+$/),
  status: z.int().min(100).max(599),
  duration_ms: z.number().nonnegative(),
  complete: z.boolean(),
});

export type AccessLine = z.infer<typeof accessLine>;

/** The lines of the server's log that are JSON. */
export function logEntries(dashboard: DashboardProcess): Record<string, unknown>[] {
  return dashboard
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

/** The access log; throws where a line lacks a field or holds another type. */
export function accessLines(dashboard: DashboardProcess): AccessLine[] {
  return logEntries(dashboard)
    .filter(({ msg }) => msg === 'request')
    .map((line) => accessLine.parse(line));
}
