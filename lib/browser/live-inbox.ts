import type { FeedMessage } from '@/lib/model/feed-message';
import type { DrawPace } from './draw-pace';

/** Messages held for the next frame at most; one more is taken in at once. */
const UNTAKEN_MAX = 5000;

interface Options {
  /** Runs once, before the next frame is drawn. */
  onNextFrame: (run: () => void) => void;
  /** Without one, every frame is drawn that has something new. */
  pace: DrawPace | undefined;
  onMessages: (messages: readonly FeedMessage[]) => void;
  onDraw: () => void;
}

/** Between the connection and the screen: what came is taken in once a frame, and drawn at a pace. */
export class LiveInbox {
  readonly #options: Options;
  #untaken: FeedMessage[] = [];
  #arrived = 0;
  #frameAsked = false;
  /** Nothing is drawn before this is false. */
  isHeld = false;

  constructor(options: Options) {
    this.#options = options;
  }

  push(message: FeedMessage): void {
    this.#arrived++;
    this.#untaken.push(message);
    if (this.#untaken.length >= UNTAKEN_MAX) this.takeIn();
    this.askForDraw();
  }

  /** Hands over what came, at once. */
  takeIn(): void {
    const messages = this.#untaken;
    this.#untaken = [];
    this.#options.onMessages(messages);
  }

  askForDraw(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    const { onNextFrame, pace, onDraw } = this.#options;
    onNextFrame(() => {
      this.#frameAsked = false;
      this.takeIn();
      if (this.isHeld || (pace && !pace.mayDraw(this.#arrived))) return this.askForDraw();
      pace?.begin();
      onDraw();
    });
  }
}
