// Makes one line for USERS_FILE: npm run user -- <name> <role>, the password typed or on stdin;
// npm run user -- --token <name> <role> [expires=2030-01-31] makes a token for a script.
import { createHash, randomBytes, scryptSync } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

const ROLES = ['viewer', 'operator', 'admin'];
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;
const PASSWORD_CHARS_MIN = 12;
const PASSWORD_CHARS_MAX = 1024;
/** What anybody would guess first here; docs/security.md has the same words. */
const LIKELY_WORDS = [
  ...['shield', 'dashboard', 'citadel', 'redis', 'stream', 'events', 'password', 'passwort'],
  ...['admin', 'operator', 'viewer', 'welcome', 'letmein', 'changeme', 'qwerty', 'iloveyou'],
];
/** Besides such words, counts and repeats a password needs so many characters. */
const UNLIKELY_CHARS_MIN = 6;
/** As in lib/access/password.ts, which a test holds this to. */
const COST = { ln: 15, r: 8, p: 3 };

/**
 * Where the line is all that goes to standard output, so that it can be appended to the file.
 * @param {string} text
 */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  say(message);
  process.exit(1);
}

async function main() {
  const words = process.argv.slice(2);
  const isToken = words.includes('--token');
  const [name, role, expires, ...rest] = words.filter((word) => word !== '--token');
  if (!name || !role || rest.length > 0 || (expires && !isToken)) {
    fail(
      'Usage: npm run --silent user -- <name> <role> >> users\n' +
        '       npm run --silent user -- --token <name> <role> [expires=<date>] >> users\n' +
        `Roles: ${ROLES.join(', ')}. The password is asked for, or read from standard input.`,
    );
  }
  if (!NAME.test(name)) fail('The name may have letters, digits and . _ @ + -, 64 at most.');
  if (!ROLES.includes(role)) fail(`The role must be one of ${ROLES.join(', ')}.`);
  if (isToken) return makeToken(name, role, expires);
  const password = process.stdin.isTTY ? await askTwice() : await readStdin();
  const length = [...password].length;
  if (length < PASSWORD_CHARS_MIN) {
    fail(`The password needs ${PASSWORD_CHARS_MIN} characters at least.`);
  }
  if (password.length > PASSWORD_CHARS_MAX) fail(`At most ${PASSWORD_CHARS_MAX} characters.`);
  if (unlikelyChars(password, name) < UNLIKELY_CHARS_MIN) {
    fail('This password is too easy to guess: it is made of the name, likely words or repeats.');
  }
  process.stdout.write(`${name} ${role} ${hash(password)}\n`);
}

/**
 * @param {string} name
 * @param {string} role
 * @param {string | undefined} expires
 */
function makeToken(name, role, expires) {
  if (expires && !/^expires=\d{4}-\d\d-\d\d$/.test(expires)) {
    fail('Write the last day as expires=2030-01-31.');
  }
  const token = `shield_${randomBytes(32).toString('base64url')}`;
  const digest = createHash('sha256').update(token).digest('hex');
  say('The token, shown this once: send it as  Authorization: Bearer <token>');
  say(token);
  process.stdout.write(`${[name, role, `sha256.${digest}`, expires].filter(Boolean).join(' ')}\n`);
}

/**
 * How many characters are left without the name, likely words, and what only repeats or counts on.
 * @param {string} password
 * @param {string} name
 */
function unlikelyChars(password, name) {
  let rest = password.toLowerCase();
  const own = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 2);
  for (const word of [...own, ...LIKELY_WORDS]) rest = rest.replaceAll(word, '');
  const codes = [...rest].map((char) => char.codePointAt(0) ?? 0);
  return codes.filter((code, at) => !(Math.abs(code - (codes[at - 1] ?? -9)) <= 1)).length;
}

/** @param {string} password */
function hash(password) {
  const { ln, r, p } = COST;
  const N = 2 ** ln;
  const salt = randomBytes(16);
  const maxmem = 128 * r * (N + p) + 1024 * 1024;
  const key = scryptSync(password.normalize('NFC'), salt, 32, { N, r, p, maxmem });
  return ['scrypt', ln, r, p, salt.toString('base64url'), key.toString('base64url')].join('.');
}

async function askTwice() {
  const first = await ask('Password: ');
  if (first !== (await ask('Once more: '))) fail('These are not the same.');
  return first;
}

/**
 * What is typed is not shown.
 * @param {string} question
 * @returns {Promise<string>}
 */
function ask(question) {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      lines.close();
      process.stderr.write('\n');
      resolve(line);
    });
    // Ctrl-C, or the end of what can be typed.
    lines.once('SIGINT', () => fail('\nNothing was made.'));
  });
}

/** One line, without its end. */
async function readStdin() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

await main();
