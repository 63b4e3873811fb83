import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_COLOURS } from '@/lib/model/environment';

type Oklch = [lightness: number, chroma: number, hue: number];
type Pair = { light: Oklch; dark: Oklch };

const tokens = readTokens(readFileSync(new URL('./tokens.css', import.meta.url), 'utf8'));
const surfaces = ['neutral-1', 'neutral-2', 'neutral-3', 'neutral-4'];
const themes = ['light', 'dark'] as const;
const SERIES = Array.from({ length: 8 }, (_, at) => `series-${at + 1}`);
/** Far enough apart in Oklab to be told from each other beside each other. */
const APART_MIN = 0.065;

/** Eyes that miss one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1, linear sRGB. */
const VISIONS: Record<string, number[][]> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopic: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopic: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopic: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** Linear sRGB to cones, and their cube roots to Oklab: Björn Ottosson. */
const LMS = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const OKLAB = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

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

  it.each(ENVIRONMENT_COLOURS)(
    '%s of an environment: its name on it, its mark on a page',
    (name) => {
      expect(contrast('on-environment', `environment-${name}`)).toBeGreaterThanOrEqual(4.5);
      for (const surface of surfaces.slice(0, 3)) {
        expect(contrast(`environment-${name}`, surface)).toBeGreaterThanOrEqual(3);
      }
    },
  );

  it.each(['neutral-8', 'neutral-9', 'accent', 'warn', 'bad', 'info', ...SERIES])(
    '%s is seen as a mark on the page and on raised ground (3:1)',
    (mark) => {
      for (const surface of surfaces.slice(0, 2)) {
        expect(contrast(mark, surface)).toBeGreaterThanOrEqual(3);
      }
    },
  );
});

describe.each(themes)('series colours, %s', (theme) => {
  it.each(Object.keys(VISIONS))('are told apart by %s eyes', (vision) => {
    const seen = SERIES.map((name) => [name, oklabSeen(tokenOf(name)[theme], vision)] as const);
    for (const [at, [name, colour]] of seen.entries()) {
      for (const [other, its] of seen.slice(at + 1)) {
        const apart = Math.hypot(...colour.map((value, axis) => value - (its[axis] ?? 0)));
        expect(apart, `${name} and ${other}`).toBeGreaterThan(APART_MIN);
      }
    }
  });
});

it('no part of a screen has a colour of its own: tokens.css has them all', () => {
  const root = join(import.meta.dirname, '..');
  const files = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(tsx?|css)$/.test(name) && !/test|tokens\.css/.test(name))
      .map((name) => join(folder, name)),
  );
  const own = files.filter((name) =>
    /oklch\(|\brgba?\(|\bhsla?\(|['"[]#[\da-f]{3,8}\b/i.test(
      readFileSync(join(root, name), 'utf8'),
    ),
  );
  // What a browser draws around the page takes no token: the two are neutral-1.
  expect(own).toEqual([join('app', 'layout.tsx')]);
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

function luminance(colour: Oklch): number {
  const [red = 0, green = 0, blue = 0] = linearRgb(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linearRgb([lightness, chroma, hue]: Oklch): number[] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** A colour in Oklab as an eye sees it. */
function oklabSeen(colour: Oklch, vision: string): number[] {
  const rgb = times(VISIONS[vision] ?? [], linearRgb(colour)).map((value) => Math.max(0, value));
  return times(OKLAB, times(LMS, rgb).map(Math.cbrt));
}

function times(matrix: readonly number[][], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, at) => sum + value * (vector[at] ?? 0), 0));
}
