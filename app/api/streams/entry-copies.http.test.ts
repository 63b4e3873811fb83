import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { encode } from '@msgpack/msgpack';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '@/e2e/support/http-client';
import { type Stack, startStack } from '@/e2e/support/stack';
import type { WireEntry } from '@/lib/model/entry';
import { type CopyForm, copyEntry } from '@/lib/model/entry-copy';
import { nameFromBytes } from '@/lib/model/name';
import { entryApiHref } from '@/lib/model/stream-href';
import { findOnPath } from '@/scripts/setup/find-on-path.mjs';
import { REPOSITORY } from '@/scripts/setup/repository.mjs';

const QUEUE = 'shield:ingestion_queue';
const run = promisify(execFile);

/** Field lists, each a trap for a shell, a terminal, a parser or a client. */
const ENTRIES: [name: string, fields: (string | Uint8Array)[]][] = [
  ['plain words', ['type', 'ingestion.failed', 'data', '{"error":"LLM timeout after 300 s"}']],
  ['a name twice, and an empty one', ['a', '1', 'a', '2', '', '']],
  ['shell', ["it's", '$(touch evil) `touch evil`; touch evil\n!! %s \\n', '-x', '--', '*', '~']],
  ['terminal', ['\u001b[2J', '\u0007\u009b\r\n\u202e', 'é🦆', '\u2028\ufeff']],
  ['bytes', [Uint8Array.from({ length: 256 }, (_, at) => at), encode({ a: [1, 'two'] })]],
  ['quotes', ['"', '\\"\\\'', "'''", '"""', '`', '$1 {x}', '@file', '#{x} %(y)s']],
  ['long', ['content', "it's long ".repeat(20_000), 'end', '.']],
];
const EVERYTHING = ENTRIES.flatMap(([, fields]) => fields);

let stack: Stack;
let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  stack = await startStack({ dashboard: { env: { HISTORY: 'off' } } });
  folder = await mkdtemp(join(tmpdir(), 'entry-copies-'));
  await mkdir(join(folder, 'bin'));
  const { port, password, url } = stack.redis;
  const command = `exec ${findOnPath(['redis-cli'])} -p ${port} --no-auth-warning -a ${password}`;
  await writeFile(join(folder, 'bin', 'redis-cli'), `#!/bin/sh\n${command} "$@"\n`);
  await chmod(join(folder, 'bin', 'redis-cli'), 0o755);
  const PATH = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`;
  env = { ...process.env, PATH, REDIS_URL: url };
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

async function fieldsOf(stream: string, id: string): Promise<WireEntry['fields']> {
  const answer = await send(stack.base, entryApiHref(stream, id, true));
  expect(answer.status, answer.text.slice(0, 300)).toBe(200);
  return (answer.json() as WireEntry).fields;
}

async function copyOf(form: CopyForm, stream: string, id: string): Promise<string> {
  const entry = { id, fields: await fieldsOf(stream, id) };
  return copyEntry(form, { stream, entry, origin: stack.base, taskStream: QUEUE });
}

/** What a shell that is given this line prints. */
async function shell(line: string): Promise<string> {
  const script = join(folder, 'line.sh');
  await writeFile(script, line);
  return (await run('sh', [script], { env, cwd: folder, maxBuffer: 64 << 20 })).stdout;
}

/** Adds the entry, has the copy run, and expects one more entry of the same fields. */
async function expectAddedAgain(
  stream: string | Uint8Array,
  fields: (string | Uint8Array)[],
  runCopy: (stream: string, id: string) => Promise<string>,
) {
  const name = nameFromBytes(Buffer.from(stream));
  const id = String(await stack.redis.command('XADD', stream, '*', ...fields));
  const printed = await runCopy(name, id);
  const added = /\d{10,}-\d+/.exec(printed)?.[0] ?? '';
  expect(added, printed.slice(0, 300)).not.toBe(id);
  expect(await stack.redis.command('XLEN', stream)).toBe(2);
  expect(await fieldsOf(name, added)).toEqual(await fieldsOf(name, id));
}

const HOSTILE_NAME = Buffer.from([0x65, 0x27, 0x1b, 0x5b, 0x32, 0x4a, 0x0a, 0xff, 0x00]);

describe.skipIf(!findOnPath(['redis-cli']))('redis-cli, through a shell', () => {
  const runCopy = async (stream: string, id: string) =>
    await shell(await copyOf('redis-cli', stream, id));

  test.each(ENTRIES)('%s', async (name, fields) => {
    await expectAddedAgain(`cli:${name}`, fields, runCopy);
  });

  test('a stream whose name a terminal would obey', async () => {
    await expectAddedAgain(Buffer.concat([Buffer.from('cli'), HOSTILE_NAME]), ['a', 'b'], runCopy);
  });
});

test('TypeScript', async () => {
  const runCopy = async (stream: string, id: string) => {
    const text = await copyOf('typescript', stream, id);
    const { outputText, diagnostics } = ts.transpileModule(text, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
      reportDiagnostics: true,
    });
    expect(diagnostics).toEqual([]);
    // In the repository, so that the library is found.
    const running = run(process.execPath, ['--input-type=module', '-'], { env, cwd: REPOSITORY });
    running.child.stdin?.end(outputText);
    return (await running).stdout;
  };
  await expectAddedAgain(Buffer.concat([Buffer.from('ts'), HOSTILE_NAME]), EVERYTHING, runCopy);
});

/** What the copies use of redis-py, for machines that have only Python: the same bytes on the wire. */
const REDIS_PY = `
import socket, urllib.parse

class Redis:
    @classmethod
    def from_url(cls, url):
        self, parts = cls(), urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.replies = self.socket.makefile('rb')
        if parts.password:
            self.execute_command('AUTH', urllib.parse.unquote(parts.password))
        return self

    def execute_command(self, *args):
        words = [arg if isinstance(arg, bytes) else arg.encode() for arg in args]
        lines = [b'*%d' % len(words)]
        for word in words:
            lines += [b'$%d' % len(word), word]
        self.socket.sendall(b'\\r\\n'.join(lines + [b'']))
        reply = self.replies.readline().rstrip()
        if reply.startswith(b'-'):
            raise RuntimeError(reply.decode())
        return self.replies.read(int(reply[1:]) + 2)[:-2] if reply.startswith(b'$') else reply
`;

test.skipIf(!findOnPath(['python3']))('Python', async () => {
  await writeFile(join(folder, 'redis.py'), REDIS_PY);
  const runCopy = async (stream: string, id: string) => {
    await writeFile(join(folder, 'copy.py'), await copyOf('python', stream, id));
    return (await run('python3', [join(folder, 'copy.py')], { env })).stdout;
  };
  await expectAddedAgain(Buffer.concat([Buffer.from('py'), HOSTILE_NAME]), EVERYTHING, runCopy);
});

describe.skipIf(!findOnPath(['curl']))('curl, through a shell', () => {
  const taskOf = (content: string) => [
    ...['job_id', "job-'7", 'chunk_id', '$(c)', 'content', content],
    ...['source_uri', '@file', 'source_type', 'pdf'],
    ...['metadata', '{"title": "ä\\u001b", "n": [1.5]}', 'retry_count', '3'],
    ...['timestamp', '2026-01-02T03:04:05'],
  ];

  test.each([
    ['hostile', "it's $(touch evil) \u001b[2J\n\u202e 🦆 \\"],
    ['long', "it's long ".repeat(20_000)],
  ])('enqueues a task again: %s content', async (_, content) => {
    const id = String(await stack.redis.command('XADD', QUEUE, '*', ...taskOf(content)));
    const answer = JSON.parse(await shell(await copyOf('curl', QUEUE, id)));
    expect(answer).toMatchObject({ stream: QUEUE, job_id: "job-'7", chunk_id: '$(c)' });
    const was = Object.fromEntries(await fieldsOf(QUEUE, id));
    const is = Object.fromEntries(await fieldsOf(QUEUE, answer.message_id));
    const fresh = { retry_count: '0', timestamp: is.timestamp, metadata: is.metadata };
    expect(is).toEqual({ ...was, ...fresh });
    expect(JSON.parse(String(is.metadata))).toEqual({ title: 'ä\u001b', n: [1.5] });
  });

  test('reads any other entry', async () => {
    const id = String(await stack.redis.command('XADD', HOSTILE_NAME, '*', ...EVERYTHING));
    const stream = nameFromBytes(HOSTILE_NAME);
    const read = JSON.parse(await shell(await copyOf('curl', stream, id)));
    expect(read.fields).toEqual(await fieldsOf(stream, id));
  });
});

test('nothing that an entry holds was run', async () => {
  expect(await readdir(folder)).not.toContain('evil');
});
