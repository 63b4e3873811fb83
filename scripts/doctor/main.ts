import { ConfigError, parseConfig } from '@/lib/config';
import { checkEndpoint } from './endpoint';
import { checkRedis } from './redis';
import type { Report } from './report';

/** Checks the configuration, Redis and the running dashboard. Returns how much is wrong. */
export async function diagnose(
  env: Record<string, string | undefined>,
  report: Report,
): Promise<number> {
  let wrong = 0;
  const count: Report = (ok, what, cure) => {
    if (!ok) wrong++;
    report(ok, what, cure);
  };
  try {
    const config = parseConfig(env);
    count(true, 'The configuration is right', '');
    await checkRedis(config, count);
    await checkEndpoint(config, count);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { variable, message } of error.mistakes) {
      count(false, `The variable ${variable} is wrong: ${message}`, `Mend or unset ${variable}.`);
    }
  }
  return wrong;
}
