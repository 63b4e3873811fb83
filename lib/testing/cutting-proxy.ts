import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** What becomes of bytes on their way, in both directions. */
type Treatment =
  | { as: 'they are' }
  /** Each packet later, milliseconds. */
  | { as: 'late'; ms: number }
  /** The beginning of what comes together in single bytes, the rest of it in small pieces. */
  | { as: 'in pieces' }
  /** No more than this many bytes a second. */
  | { as: 'a trickle'; bytesPerSecond: number };

/** A TCP proxy in front of a port of this machine, with the faults of a real line. */
export interface CuttingProxy {
  port: number;
  /** The next message to the server that holds this text gets there; its answer does not come back. */
  loseAnswerTo(text: string): void;
  /** Answers that were lost so far. */
  lost: number;
  /**
   * Every line stays open and carries nothing any more, those made meanwhile too: they are taken,
   * and never answered or ended.
   */
  goBlack(): void;
  /** Lines made from now on work; those that went black stay so, like one a router has forgotten. */
  endBlack(): void;
  /** Ends every line by a reset. */
  reset(): void;
  treat(treatment: Treatment): void;
  /** Lines that are open now. */
  readonly lines: number;
  close(): void;
}

interface Line {
  client: Socket;
  server: Socket;
  black: boolean;
  losing: boolean;
}

export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  const lines = new Set<Line>();
  let target: Buffer | null = null;
  let black = false;
  let treatment: Treatment = { as: 'they are' };

  const listener = createServer((client) => {
    const line = { client, server: connect(port, '127.0.0.1'), black, losing: false };
    lines.add(line);
    for (const socket of [line.client, line.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        if (!line.black) end(line);
      });
    }
    void carry(line, line.client, line.server);
    void carry(line, line.server, line.client);
  });

  const end = (line: Line) => {
    lines.delete(line);
    line.client.destroy();
    // In order and not by a reset: the server carries out what has arrived.
    line.server.end();
    line.server.resume();
  };

  /** False where the line ends instead of carrying it on. */
  const mayPass = (line: Line, from: Socket, chunk: Buffer): boolean => {
    if (from === line.client) {
      if (target !== null && chunk.includes(target)) {
        target = null;
        line.losing = true;
      }
      return true;
    }
    if (line.losing) proxy.lost++;
    return !line.losing;
  };

  const carry = async (line: Line, from: Socket, to: Socket) => {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        // Held for ever: to leave the loop would end the socket.
        if (line.black) await new Promise(() => undefined);
        if (!mayPass(line, from, chunk)) break;
        await write(to, chunk, treatment);
      }
    } catch {
      // A line that broke ends like one that was ended.
    }
    if (!line.black) end(line);
  };

  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const proxy: CuttingProxy = {
    port: (listener.address() as AddressInfo).port,
    lost: 0,
    loseAnswerTo(text) {
      target = Buffer.from(text);
    },
    goBlack() {
      black = true;
      for (const line of lines) line.black = true;
    },
    endBlack() {
      black = false;
    },
    reset() {
      for (const { client, server } of lines) {
        client.resetAndDestroy();
        server.resetAndDestroy();
      }
    },
    treat(next) {
      treatment = next;
    },
    get lines() {
      return lines.size;
    },
    close() {
      listener.close();
      for (const { client, server } of lines) {
        client.destroy();
        server.destroy();
      }
    },
  };
  return proxy;
}

/** Bytes of a chunk that travel alone, and how many do together after these. */
const SINGLE_BYTES = 100;
const PIECE_BYTES = 50;

async function write(to: Socket, chunk: Buffer, treatment: Treatment): Promise<void> {
  if (treatment.as === 'late') await sleep(treatment.ms);
  for (let at = 0; at < chunk.length && to.writable; ) {
    const size = pieceBytes(treatment, at, chunk.length);
    const hasRoom = to.write(chunk.subarray(at, at + size));
    at += size;
    if (treatment.as === 'in pieces') await nextTurn();
    if (treatment.as === 'a trickle') await sleep(1_000);
    if (!hasRoom && to.writable) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  }
}

function pieceBytes(treatment: Treatment, at: number, all: number): number {
  if (treatment.as === 'a trickle') return treatment.bytesPerSecond;
  if (treatment.as !== 'in pieces') return all;
  return at < SINGLE_BYTES ? 1 : PIECE_BYTES;
}
