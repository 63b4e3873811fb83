import { readFileSync } from 'node:fs';

/** Variables that hold a secret: each may be read from the file that `<name>_FILE` names. */
export const SECRET_VARIABLES = ['REDIS_URL', 'SESSION_SECRET', 'OIDC_CLIENT_SECRET'] as const;

/** Longest secret, bytes: who names a wrong file should not have all of it read. */
const SECRET_BYTES_MAX = 64 * 1024;

/**
 * The variables that are set, those from files among them, and which of these were wrong. One line
 * end behind a secret is not part of it.
 */
export function withSecrets(env: Record<string, string | undefined>): {
  given: Record<string, string | undefined>;
  mistakes: { variable: string; message: string }[];
} {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const mistakes: { variable: string; message: string }[] = [];
  for (const name of SECRET_VARIABLES) {
    const variable = `${name}_FILE`;
    const path = given[variable];
    if (path === undefined) continue;
    if (given[name] !== undefined) {
      mistakes.push({ variable, message: `secret_twice: set this or ${name}, not both` });
      continue;
    }
    const secret = readSecret(path);
    if (typeof secret === 'string') given[name] = secret;
    else mistakes.push({ variable, message: secret.mistake });
  }
  return { given, mistakes };
}

function readSecret(path: string): string | { mistake: string } {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > SECRET_BYTES_MAX) {
      return { mistake: `the file ${path} is over ${SECRET_BYTES_MAX} bytes` };
    }
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    return text === '' ? { mistake: `the file ${path} is empty` } : text;
  } catch {
    return { mistake: `the file ${path} cannot be read` };
  }
}
