import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';
import { BUILTINS } from './builtins.ts';
import { LEFT_OUT_LATER, refusal } from './left-out.ts';

/**
 * What the SDK imports while it runs would be a file of its own each: Node's modules are taken without waiting, what none
 * of our paths enters is refused.
 */
const importedLater = (code: string): string =>
  code.replace(/\bimport\((["'])(?:node:)?([\w@/-]+)\1\)/g, (call, _quote, name: string) => {
    if (BUILTINS.has(name)) return `Promise.resolve(process.getBuiltinModule('node:${name}'))`;
    return LEFT_OUT_LATER.has(name) ? `Promise.reject(new Error(${refusal(name)}))` : call;
  });

const CORE_IMPORT = /^import \{([^}]+)\} from "(@(?:smithy|aws-sdk)\/core(?:\/[\w-]+)?)";$/gm;
const REEXPORT = /^export \{([^}]+)\} from "([^"]+)";$/gm;

const namesIn = (braces: string): string[] =>
  braces
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);

/**
 * Takes what is imported of the SDK's core from the file that has it. The index of a part of the core leads to all of its
 * files, and what an index leads to is loaded at once, also when a part of the bundle that loads later alone uses it.
 * Gain: 12 KB at the start of sweeper and scheduler, which load the client of EventBridge Scheduler later.
 */
const direct = ({ resolve }: PluginBuild) => {
  const paths = new Map<string, Promise<string>>();
  const indexes = new Map<string, Promise<ReadonlyMap<string, string>>>();

  /** The file of an index, for all that a package has in `dist-es`: two packages may have two versions. */
  const pathOf = (index: string, resolveDir: string) => {
    const key = `${resolveDir.replace(/[\\/]dist-es\b.*$/, '')} ${index}`;
    const known =
      paths.get(key) ??
      resolve(index, { kind: 'import-statement', resolveDir }).then(({ path }) => path);
    paths.set(key, known);
    return known;
  };

  /** Name → the file, or another index, that an index has it from. */
  const reexportsOf = (index: string) => {
    const read = async () => {
      const code = await readFile(index, 'utf8');
      const all = [...code.matchAll(REEXPORT)].flatMap(([, names = '', from = '']) =>
        namesIn(names).map((name) => [name, from] as const),
      );
      return new Map(all);
    };
    const known = indexes.get(index) ?? read();
    indexes.set(index, known);
    return known;
  };

  /** What an index makes itself is the index's. */
  const fileOf = async (name: string, index: string, resolveDir: string): Promise<string> => {
    const path = await pathOf(index, resolveDir);
    const from = (await reexportsOf(path)).get(name);
    if (from === undefined) return path;
    return from.startsWith('.') ? join(dirname(path), from) : fileOf(name, from, dirname(path));
  };

  return async (code: string, resolveDir: string): Promise<string> => {
    let taken = code;
    for (const [line, names = '', index = ''] of code.matchAll(CORE_IMPORT)) {
      const imports = namesIn(names).map(async (name) => {
        const file = await fileOf(name.split(' as ')[0] ?? '', index, resolveDir);
        return `import { ${name} } from ${JSON.stringify(file)};`;
      });
      const lines = (await Promise.all(imports)).join('\n');
      taken = taken.replace(line, () => lines);
    }
    return taken;
  };
};

/** The SDK's sources, with the imports that a function needs. */
export const sdkImports: Plugin = {
  name: 'sdk-imports',
  setup: (build) => {
    const take = direct(build);
    const filter = /[\\/]@(smithy|aws|aws-sdk)[\\/][^\\/]+[\\/]dist-es[\\/].*\.js$/;
    build.onLoad({ filter }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: await take(importedLater(code), dirname(path)), loader: 'js' };
    });
  },
};
