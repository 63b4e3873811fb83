import { Specimen } from './specimen';

const NEUTRALS = Array.from({ length: 12 }, (_, at) => `--neutral-${at + 1}`);
const SERIES = Array.from({ length: 8 }, (_, at) => `--series-${at + 1}`);
const TONES = ['--accent', '--accent-tint', '--warn', '--warn-tint', '--bad', '--bad-tint'];
const MORE = ['--bad-solid', '--info', '--info-tint', '--warm'];
const ENVIRONMENTS = ['magenta', 'violet', 'blue', 'green', 'grey'].map(
  (name) => `--environment-${name}`,
);
const SIZES = ['text-12', 'text-13', 'text-14', 'text-16', 'text-20', 'text-28'];
const WEIGHTS = ['font-normal', 'font-medium', 'font-semibold'];

/** The tokens of app/tokens.css that one sees: colours, sizes and weights of text. */
export function TokenSpecimens() {
  return (
    <>
      {[
        { name: 'Neutral', tokens: NEUTRALS },
        { name: 'Accent and tones', tokens: [...TONES, ...MORE] },
        { name: 'Series', tokens: SERIES },
        { name: 'Environments', tokens: ENVIRONMENTS },
      ].map(({ name, tokens }) => (
        <Specimen key={name} name={name}>
          {tokens.map((token) => (
            <span key={token} title={token} className="size-7 overflow-hidden rounded-md border">
              <svg aria-hidden className="block size-full">
                <rect width="100%" height="100%" fill={`var(${token})`} />
              </svg>
            </span>
          ))}
        </Specimen>
      ))}
      <Specimen name="Type">
        {SIZES.map((name) => (
          <span key={name} className={name}>
            {name.slice('text-'.length)}
          </span>
        ))}
        {WEIGHTS.map((weight) => (
          <span key={weight} className={weight}>
            {weight.slice('font-'.length)}
          </span>
        ))}
        <span className="font-mono text-12">1760000000000-0 mono</span>
      </Specimen>
    </>
  );
}
