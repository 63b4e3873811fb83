import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Oklch = [lightness: number, chroma: number, hue: number];
type Pair = { light: Oklch; dark: Oklch };

const tokens = readTokens(readFileSync(new URL('./tokens.css', import.meta.url), 'utf8'));
const surfaces = ['neutral-1', 'neutral-2', 'neutral-3', 'neutral-4'];
const themes = ['light', 'dark'] as const;

describe.each(themes)('contrast, %s', (theme) => {
  const contrast = (a: string, b: string) => contrastRatio(tokenOf(a)[theme], tokenOf(b)[theme]);

  it.each(['neutral-10', 'neutral-11', 'neutral-12', 'accent-ink'])(
    '%s is legible text on every surface (4.5:1)',
    (ink) => {
      for (const surface of surfaces) expect(contrast(ink, surface)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(['warn', 'bad', 'info'])('%s text is legible on its tint and on surfaces', (tone) => {
    for (const surface of [...surfaces, `${tone}-tint`]) {
      expect(contrast(`${tone}-ink`, surface)).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast('neutral-11', `${tone}-tint`)).toBeGreaterThanOrEqual(4.5);
  });

  it('solid buttons are legible', () => {
    expect(contrast('on-accent', 'accent')).toBeGreaterThanOrEqual(4.5);
    expect(contrast('on-accent', 'accent-strong')).toBeGreaterThanOrEqual(4.5);
    expect(contrast('on-bad', 'bad-solid')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['neutral-8', 'neutral-9', 'accent', 'warn', 'bad', 'info', 'series-1', 'series-2'])(
    '%s is seen as a mark on the page and on raised ground (3:1)',
    (mark) => {
      for (const surface of surfaces.slice(0, 2)) {
        expect(contrast(mark, surface)).toBeGreaterThanOrEqual(3);
      }
    },
  );
});

function tokenOf(name: string): Pair {
  const token = tokens.get(name);
  if (!token) throw new Error(`no token --${name}`);
  return token;
}

function readTokens(css: string): Map<string, Pair> {
  const pairs =
    /--([\w-]+):\s*(?:light-dark\(\s*oklch\(([^)]*)\),\s*oklch\(([^)]*)\)\s*\)|oklch\(([^)]*)\))/g;
  const read = (text = '') => text.split(/\s+/).slice(0, 3).map(Number) as Oklch;
  return new Map(
    [...css.matchAll(pairs)].map(([, name = '', light, dark, both]) => [
      name,
      { light: read(light ?? both), dark: read(dark ?? both) },
    ]),
  );
}

/** WCAG 2 contrast of two OKLCH colours, clipped to sRGB. Matrix: Björn Ottosson's Oklab. */
function contrastRatio(a: Oklch, b: Oklch): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance([lightness, chroma, hue]: Oklch): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return (
    0.2126 * clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  );
}
