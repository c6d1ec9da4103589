import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#scripts/build.ts';

const PEERS = join(import.meta.dirname, 'peers');
const INSTALLED = join(ROOT, '.local', 'bench-peers');

/** Where the packages are that the product does not have, and its pipelines are compared with. */
export const PEER_PACKAGES = join(INSTALLED, 'node_modules');

/** Install them, unless these very versions are there. They stay out of the tree, which tools and tests walk through. */
export const installPeers = async (progress: (what: string) => void): Promise<void> => {
  const wanted = await readFile(join(PEERS, 'package-lock.json'), 'utf8');
  const mark = join(INSTALLED, 'installed-lock.json');
  if (wanted === (await readFile(mark, 'utf8').catch(() => ''))) return;
  progress('installing what the HTTP pipeline is compared with');
  await mkdir(INSTALLED, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    await copyFile(join(PEERS, file), join(INSTALLED, file));
  }
  execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: INSTALLED, stdio: 'inherit' });
  await copyFile(join(PEERS, 'package-lock.json'), mark);
};
