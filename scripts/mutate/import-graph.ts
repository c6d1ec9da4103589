import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const IMPORTED = /(?:from|import)\s*\(?\s*'([^']+)'/g;

/** Every file of the folder that a file imports, directly or not, itself included. Paths relative to the folder. */
export const importsOf = (root: string): ((file: string) => ReadonlySet<string>) => {
  const direct = new Map<string, string[]>();
  const directOf = (file: string): string[] => {
    const known = direct.get(file);
    if (known !== undefined) return known;
    const found: string[] = [];
    for (const [, name = ''] of readFileSync(join(root, file), 'utf8').matchAll(IMPORTED)) {
      const path = name.startsWith('#')
        ? name.slice(1)
        : name.startsWith('.')
          ? join(dirname(file), name)
          : undefined;
      if (path?.endsWith('.ts') && existsSync(join(root, path))) found.push(path);
    }
    direct.set(file, found);
    return found;
  };
  return (file) => {
    const reached = new Set([file]);
    for (const one of reached) for (const next of directOf(one)) reached.add(next);
    return reached;
  };
};
