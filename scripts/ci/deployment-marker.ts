import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DIR } from '#scripts/local/paths.ts';

/** Exists while a deployment runs, and after it was killed. One per stage. */
export const deploymentMarker = (stage: string, folder = LOCAL_DIR) => {
  const file = join(folder, `deploying-${stage}`);
  return {
    set: () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, '');
    },
    clear: () => rmSync(file, { force: true }),
    isSet: () => existsSync(file),
  };
};
