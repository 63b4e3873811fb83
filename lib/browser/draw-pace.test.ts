import { describe, expect, it } from 'vitest';
import { DrawPace } from './draw-pace';

/** A page whose every draw takes `drawMs`, to which `perSecond` messages come; gives its draws. */
function play({ drawMs, perSecond, ms }: { drawMs: number; perSecond: number; ms: number }) {
  let nowMs = 1_000;
  let afterFrame: (() => void)[] = [];
  const pace = new DrawPace({ now: () => nowMs, afterFrame: (run) => afterFrame.push(run) });
  const drawnAt: number[] = [];
  while (nowMs < 1_000 + ms) {
    if (pace.mayDraw(Math.floor((nowMs * perSecond) / 1000))) {
      drawnAt.push(nowMs);
      pace.begin();
      nowMs += drawMs;
    } else nowMs += 1000 / 60;
    for (const run of afterFrame) run();
    afterFrame = [];
  }
  return drawnAt;
}

describe('DrawPace', () => {
  it('draws every frame where a draw is quick, however much comes', () => {
    expect(play({ drawMs: 15, perSecond: 5_000, ms: 1_500 })).toHaveLength(100);
  });

  it('draws on without a rest where less than a screen comes meanwhile', () => {
    expect(play({ drawMs: 60, perSecond: 400, ms: 6_000 })).toHaveLength(100);
  });

  it('rests after each draw where more than a screen comes meanwhile, yet draws twice a second', () => {
    const drawnAt = play({ drawMs: 60, perSecond: 1_000, ms: 10_000 });
    const late = drawnAt.filter((at) => at > 2_000);
    const restsMs = late.slice(1).map((at, index) => at - (late[index] ?? 0) - 60);
    expect(Math.min(...restsMs)).toBeGreaterThanOrEqual(480);
    expect(Math.max(...restsMs)).toBeLessThan(520);
  });

  it('draws every frame again once less comes', () => {
    let nowMs = 0;
    let afterFrame = () => {};
    const pace = new DrawPace({
      now: () => nowMs,
      afterFrame: (run) => {
        afterFrame = run;
      },
    });
    const draw = () => {
      pace.begin();
      nowMs += 60;
      afterFrame();
    };
    nowMs = 300;
    expect(pace.mayDraw(3_000)).toBe(true);
    draw();
    draw();
    expect(pace.mayDraw(3_100)).toBe(false);
    nowMs += 1_000;
    expect(pace.mayDraw(3_100)).toBe(true);
    draw();
    expect(pace.mayDraw(3_101)).toBe(true);
  });

  it('does not rest for one draw that something else held up', () => {
    let nowMs = 300;
    let tookMs = 10;
    const pace = new DrawPace({
      now: () => nowMs,
      afterFrame: (run) => {
        nowMs += tookMs;
        run();
      },
    });
    expect(pace.mayDraw(3_000)).toBe(true);
    pace.begin();
    tookMs = 200;
    pace.begin();
    expect(pace.mayDraw(3_000)).toBe(true);
    pace.begin();
    expect(pace.mayDraw(3_000)).toBe(false);
  });
});
