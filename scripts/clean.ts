/** Stops processes that a killed `make dev` left running, before `make clean` removes their PID files. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf } from '#scripts/setup/lock.mjs';
import { command } from './command.ts';
import { stopLeftoverProcesses } from './local/leftovers.ts';
import { LOCAL_DIR } from './local/paths.ts';
import { line } from './printable.ts';

const main = async () => {
  for (const name of namesIn('locks')) {
    const pid = holderOf(join(LOCAL_DIR, 'locks', name));
    if (pid !== undefined) {
      throw new Error(line`.local is in use by process ${pid} (${name}): end that process first`);
    }
  }
  for (const name of namesIn('.')) {
    if (namesIn(name).includes('processes')) await stopLeftoverProcesses(join(LOCAL_DIR, name));
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(join(LOCAL_DIR, folder));
  } catch {
    return [];
  }
};

await command(main);
