/** The state that the local AWS saves while it runs; see `scripts/local/ministack/saves.py`. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Make the last complete save the state that the next start in this folder loads. Without a save, the state stays.
 * Nothing may run in the folder.
 */
export const takeLastSave = (dir: string): void => {
  const saves = join(dir, 'saves');
  if (!existsSync(saves)) return;
  const last = Math.max(0, ...readdirSync(saves).map((name) => (/^\d+$/.test(name) ? +name : 0)));
  if (last > 0) {
    const state = join(dir, 'state');
    rmSync(state, { recursive: true, force: true });
    renameSync(join(saves, String(last)), state);
  }
  rmSync(saves, { recursive: true });
};
