import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Files that replace or add to those of the repository, by their path. */
export interface Overlay {
  folder: string;
  /** Writes the settings with which `tsc -p` compiles the files of the overlay over those of the repository. */
  project: string;
  remove: () => void;
}

/**
 * Writes files in a folder that Git ignores. Their imports lead to the files of the overlay first, and then to those of the
 * repository, relative imports included.
 */
export const overlay = (files: ReadonlyMap<string, string>): Overlay => {
  mkdirSync(join(ROOT, '.local'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.local', 'docs-'));
  for (const [file, text] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const prefixes = ['handlers', 'lib', 'middleware', 'scripts', 'test'];
  const project = join(folder, 'tsconfig.json');
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      rootDirs: [folder, ROOT],
      paths: Object.fromEntries(
        prefixes.map((prefix) => [
          `#${prefix}/*`,
          [join(folder, prefix, '*'), join(ROOT, prefix, '*')],
        ]),
      ),
    },
    include: [],
    files: [...files.keys()].map((file) => join(folder, file)),
  };
  writeFileSync(project, JSON.stringify(settings));
  return { folder, project, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
