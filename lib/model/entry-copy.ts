import { underBasePath } from './base-path';
import { fromWireValue, type WireEntry, type WireValue } from './entry';
import { layoutJson } from './json-layout';
import { canonicalName, nameToBytes } from './name';
import { decodePayload } from './payload';
import { COMMAND_BYTES_MAX, redisCliBytes, shellWord } from './redis-command';
import { pythonLiteral, typescriptLiteral, visibleJson } from './source-literal';
import { entryApiHref } from './stream-href';
import { TASK_FIELD_NAMES, type TaskInput, taskInputSchema } from './task';

/** What an entry can be copied as, in the order of the menu. */
export const COPY_FORMS = ['json', 'redis-cli', 'curl', 'typescript', 'python'] as const;
export type CopyForm = (typeof COPY_FORMS)[number];

/** An entry, all of its bytes, and where it is. */
export interface CopiedEntry {
  stream: string;
  entry: WireEntry;
  /** The dashboard's own host, `http://127.0.0.1:3000`. */
  origin: string;
  /** The stream that `POST /api/tasks` writes to. */
  taskStream: string;
}

/**
 * The entry as text to paste: decoded as JSON, or what adds it once more under a new id. `curl`
 * enqueues a task again and reads any other entry. Safe to paste: no terminal obeys what the entry
 * holds, and no line of it hides anything.
 */
export function copyEntry(form: CopyForm, copied: CopiedEntry): string {
  switch (form) {
    case 'json':
      return entryJson(copied);
    case 'redis-cli':
      return redisCliBytes(nameToBytes('XADD'), ...xaddArguments(copied));
    case 'curl':
      return curlLine(copied);
    case 'typescript':
      return typescriptSource(copied);
    case 'python':
      return pythonSource(copied);
  }
}

/** Whether `curl` adds something: the entry is a task that the dashboard would enqueue as it is. */
export function isEnqueuedAgain({ stream, entry, taskStream }: Omit<CopiedEntry, 'origin'>) {
  return taskInputOf(stream, entry, taskStream) !== null;
}

/** Stream, `*`, then names and values in turn. */
function xaddArguments({ stream, entry }: CopiedEntry): Uint8Array[] {
  const fields = entry.fields.flat().map(fromWireValue);
  return [nameToBytes(stream), new TextEncoder().encode('*'), ...fields];
}

/** Fields as pairs, for a name may stand twice; JSON and MessagePack as what they hold. */
function entryJson({ stream, entry }: CopiedEntry): string {
  const fields = entry.fields.map(([name, value]) => `[${nameJson(name)},${valueJson(value)}]`);
  const head = `"stream":${JSON.stringify(stream)},"id":${JSON.stringify(entry.id)}`;
  return visibleJson(layoutJson(`{${head},"fields":[${fields.join(',')}]}`));
}

function nameJson(name: WireValue): string {
  return JSON.stringify(name);
}

function valueJson(value: WireValue): string {
  const { kind, text } = decodePayload(fromWireValue(value));
  return text !== null && (kind === 'json' || kind === 'msgpack') ? text : JSON.stringify(value);
}

function curlLine({ stream, entry, origin, taskStream }: CopiedEntry): string {
  const task = taskInputOf(stream, entry, taskStream);
  if (task === null) {
    return `curl -sS ${shellWord(new URL(underBasePath(entryApiHref(stream, entry.id, true)), origin).href)}`;
  }
  const url = shellWord(new URL(underBasePath('/api/tasks'), origin).href);
  const body = shellWord(visibleJson(JSON.stringify(task)));
  const post = `curl -sS ${url} -H 'Content-Type: application/json'`;
  return body.length <= COMMAND_BYTES_MAX
    ? `${post} --data-binary ${body}`
    : `printf '%s' ${body} | ${post} --data-binary @-`;
}

/** What `POST /api/tasks` takes to make the same task; null for what it would refuse or change. */
function taskInputOf(stream: string, entry: WireEntry, taskStream: string): TaskInput | null {
  if (canonicalName(stream) !== canonicalName(taskStream)) return null;
  // What it would enqueue are the masks.
  if (entry.masked) return null;
  const names = entry.fields.map(([name]) => name);
  if (names.length !== TASK_FIELD_NAMES.length) return null;
  if (!TASK_FIELD_NAMES.every((name, at) => names[at] === name)) return null;
  const fields = Object.fromEntries(entry.fields.map(([name, value]) => [String(name), value]));
  const { job_id, chunk_id, content, source_uri, source_type } = fields;
  const metadata = metadataOf(fields.metadata);
  const input = { content, source_uri, source_type, job_id, chunk_id, metadata };
  const parsed = taskInputSchema.safeParse(input);
  if (!parsed.success) return null;
  const isSame = Object.entries(parsed.data).every(
    ([name, value]) => name === 'metadata' || value === fields[name],
  );
  return isSame ? parsed.data : null;
}

function metadataOf(value: WireValue | undefined): unknown {
  if (typeof value !== 'string' || decodePayload(fromWireValue(value)).kind !== 'json') return null;
  return JSON.parse(value);
}

function typescriptSource(copied: CopiedEntry): string {
  return [
    `import { Redis } from 'ioredis';`,
    '',
    `const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');`,
    'const id = await redis.xadd(',
    ...argumentLines(xaddArguments(copied).map(typescriptLiteral), '  '),
    ');',
    'console.log(id);',
    'redis.disconnect();',
    '',
  ].join('\n');
}

/** Not by `xadd`, which takes a dict: a name may stand twice. */
function pythonSource(copied: CopiedEntry): string {
  return [
    'import os',
    '',
    'import redis',
    '',
    `client = redis.Redis.from_url(os.environ.get('REDIS_URL', 'redis://127.0.0.1:6379'))`,
    'entry_id = client.execute_command(',
    `    'XADD',`,
    ...argumentLines(xaddArguments(copied).map(pythonLiteral), '    '),
    ')',
    'print(entry_id)',
    '',
  ].join('\n');
}

/** The stream and the id on a line each, then a field a line. */
function argumentLines([stream = '', id = '', ...fields]: string[], indent: string): string[] {
  const lines = [stream, id];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}, ${fields[at + 1]}`);
  return lines.map((line) => `${indent}${line},`);
}
