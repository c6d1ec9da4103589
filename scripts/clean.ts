/** Stops what a killed `make dev` left running, before `make clean` removes the folder in which it is noted. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { holderOf } from '#scripts/setup/lock.mjs';
import { command } from './command.ts';
import { endLeftovers } from './local/leftovers.ts';
import { LOCAL_DIR } from './local/places.ts';
import { line } from './printable.ts';

const main = async () => {
  for (const what of namesIn('locks')) {
    const pid = holderOf(join(LOCAL_DIR, 'locks', what));
    if (pid !== undefined) {
      throw new Error(line`.local is in use by process ${pid} (${what}): end that first`);
    }
  }
  for (const name of namesIn('.')) {
    if (namesIn(name).includes('processes')) await endLeftovers(join(LOCAL_DIR, name));
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
