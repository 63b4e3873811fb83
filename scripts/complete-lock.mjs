import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock, missingPackages } from './setup/lock-file.mjs';
import { runMain } from './setup/main.mjs';
import { REPOSITORY } from './setup/repository.mjs';

/** After `npm install`: puts back what npm left out of package-lock.json for other platforms. */
await runMain(async () => {
  const file = join(REPOSITORY, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = Object.keys(missingPackages(lock));
  if (missing.length > 0) writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} packages added.`);
  return 0;
});
