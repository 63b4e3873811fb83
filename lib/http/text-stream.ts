/** Text is sent in pieces of about this many characters. */
const PIECE_CHARS = 64 * 1024;

export interface TextStreamOptions {
  /** Called once, however it ends: read to its end, cancelled, cut or broken. */
  close: () => void;
  /** Has `cut` called when who reads it may stay no longer; returns what ends the watching. */
  hold?: (cut: () => void) => () => void;
  /** Ends the connection: who takes nothing does not hear of an error in the stream either. */
  breakOff?: () => void;
  /** A reader that takes nothing for this long is cut, milliseconds. */
  stalledMs: number;
}

/**
 * Text as the body of an answer, made no faster than it is read. Where making it fails the
 * connection is broken off, so that a part is never taken for the whole.
 */
export function textStream(
  pieces: AsyncGenerator<string, void>,
  { close, hold, breakOff, stalledMs }: TextStreamOptions,
): ReadableStream<Uint8Array> {
  let stalling: NodeJS.Timeout | undefined;
  let release: (() => void) | undefined;
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(stalling);
    release?.();
    close();
  };
  const cut = (controller: ReadableStreamDefaultController, why: string) => {
    end();
    controller.error(new Error(why));
    breakOff?.();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        release = hold?.(() => cut(controller, 'Who reads may stay no longer.'));
      },
      async pull(controller) {
        clearTimeout(stalling);
        try {
          const { value, done } = await pieces.next();
          if (isOver) return;
          if (done) {
            end();
            controller.close();
            return;
          }
          controller.enqueue(Buffer.from(value));
          stalling = setTimeout(() => cut(controller, 'The reader takes nothing.'), stalledMs);
        } catch (error) {
          end();
          throw error;
        }
      },
      async cancel() {
        end();
        await pieces.return().catch(() => undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

/** Joins short texts into pieces worth a write. */
export async function* inPieces(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let piece = '';
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE_CHARS) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** A line of JSON for each. */
export async function* jsonLines(values: AsyncIterable<unknown>): AsyncGenerator<string, void> {
  for await (const value of values) yield `${JSON.stringify(value)}\n`;
}
