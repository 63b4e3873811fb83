import { connect } from 'node:net';
import { encodeCommand } from '@/scripts/setup/resp.mjs';
import { eventually } from './eventually';
import type { RedisServer } from './stack';

/** A command as some client sent it: its name in upper case, then its arguments. */
export type SentCommand = string[];

/** Every command that Redis is sent, scripts' own included, for as long as it is watched. */
export interface RedisMonitor {
  readonly commands: SentCommand[];
  stop: () => void;
}

const ARGUMENT = /"((?:[^"\\]|\\.)*)"/g;

/** Watches by MONITOR; what `redis.command` sends is watched as well. */
export async function monitorRedis(redis: RedisServer): Promise<RedisMonitor> {
  const socket = connect({ port: redis.port, host: '127.0.0.1' });
  const commands: SentCommand[] = [];
  const errors: string[] = [];
  let accepted = 0;
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [name, ...args] = [...line.matchAll(ARGUMENT)].map(([, argument]) => argument ?? '');
      if (name !== undefined) commands.push([name.toUpperCase(), ...args]);
      else if (line === '+OK') accepted++;
      else errors.push(line);
    }
  });
  const greeting = redis.password === '' ? [] : [['AUTH', redis.password]];
  for (const command of [...greeting, ['MONITOR']]) socket.write(encodeCommand(command));
  await eventually(() => {
    if (accepted <= greeting.length) throw new Error(`MONITOR was not taken. ${errors.join()}`);
  });
  return { commands, stop: () => socket.destroy() };
}
