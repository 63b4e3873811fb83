import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '@/scripts/setup/repository.mjs';

/** What was said, and where. */
export interface Told {
  path: string;
  text: string;
}

/** A secret in every form it could slip out in. */
export function formsOf(secret: string): string[] {
  const quoted = secret.replaceAll('"', '&quot;');
  return [
    ...new Set([
      ...[secret, encodeURIComponent(secret), encodeURI(secret)],
      ...[JSON.stringify(secret).slice(1, -1), quoted],
      secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
      // With padding or without.
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      ...(['base64url', 'hex'] as const).map((form) => Buffer.from(secret).toString(form)),
    ]),
  ];
}

/** Where one of these stands. */
export function placesOf(forms: readonly string[], told: readonly Told[]): string[] {
  return told.flatMap(({ path, text }) =>
    forms.filter((form) => text.includes(form)).map((form) => `${path}: ${form}`),
  );
}

/** An address of every page and route there is, but of the live feed, whose answer has no end. */
export function appAddresses(): string[] {
  const files = readdirSync(join(REPOSITORY, 'app'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /(^|\/)(page|route)\.tsx?$/.test(file))
    .map((file) => `/${file.replace(/\/?(page|route)\.tsx?$/, '')}`)
    .map((path) => path.replace('[stream]', 'shield%3Aevents').replaceAll(/\[[^/]+\]+/g, 'none'))
    .filter((path) => path !== '/events/stream');
}

/** Runs `npm run doctor` with these variables and no others; gives all that it says. */
export function runDoctor(env: Record<string, string | undefined>): Promise<string> {
  return new Promise((resolve) => {
    const { PATH } = process.env;
    const options = { cwd: REPOSITORY, env: { PATH, NODE_ENV: 'test' as const, ...env } };
    const child = spawn(process.execPath, ['scripts/doctor.mjs'], options);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    child.on('close', () => resolve(text));
  });
}
