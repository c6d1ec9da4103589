import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#scripts/local/paths.ts';

const PEERS = join(import.meta.dirname, 'peers');
const INSTALLED = join(ROOT, '.local', 'bench-peers');

/** The packages that the HTTP pipeline is compared with. The product does not use them. */
export const PEER_PACKAGES = join(INSTALLED, 'node_modules');

/** Install the pinned versions, unless they are installed. Outside of the source tree, which tools and tests read. */
export const installPeers = async (progress: (what: string) => void): Promise<void> => {
  const wanted = await readFile(join(PEERS, 'package-lock.json'), 'utf8');
  const mark = join(INSTALLED, 'installed-lock.json');
  if (wanted === (await readFile(mark, 'utf8').catch(() => ''))) return;
  progress('installing the frameworks that the HTTP pipeline is compared with');
  await mkdir(INSTALLED, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await copyFile(join(PEERS, file), join(INSTALLED, file));
  }
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: INSTALLED, stdio: 'inherit' });
  await copyFile(join(PEERS, 'package-lock.json'), mark);
};
