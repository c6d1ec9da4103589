import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { builtins } from './builtins.ts';
import { LEFT_OUT, type LeftOut, standIn } from './left-out.ts';
import { sdk } from './sdk.ts';

/**
 * zod's index leads to its JSON Schemas, and what an index leads to is loaded at once, whoever uses it. Who makes such
 * schemas, the contract alone, gets them from their own file: `import { toJSONSchema } from 'zod/v4/core'`.
 * Gain: 20 KB at the start of web-api.
 */
const jsonSchemas: Plugin = {
  name: 'json-schemas',
  setup: (build) => {
    build.onResolve({ filter: /^zod\/v4\/core$/ }, async ({ path, pluginData, ...args }) => {
      if (pluginData === 'index' || !/[\\/]handlers[\\/]/.test(args.importer)) return undefined;
      const { kind, importer, resolveDir } = args;
      const options = { kind, importer, resolveDir, pluginData: 'index' };
      const index = await build.resolve(path, options);
      const file = join(dirname(index.path), 'json-schema-processors.js');
      return { path: file, errors: index.errors, sideEffects: false };
    });
    const filter = /[\\/]zod[\\/]v4[\\/](core[\\/]index|mini[\\/]external)\.js$/;
    build.onLoad({ filter }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/^export .*json-schema.*;$/gm, ''),
      loader: 'js',
    }));
  },
};

/** Modules that no path of ours enters become one that says so when it is used after all. */
const leftOut: Plugin = {
  name: 'left-out',
  setup: (build) => {
    for (const left of LEFT_OUT) {
      build.onResolve({ filter: left.module }, (args) =>
        left.importer.test(args.importer)
          ? { path: args.path, namespace: 'left-out', pluginData: left }
          : undefined,
      );
    }
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path, pluginData }) => ({
      contents: standIn(path, pluginData as LeftOut),
      loader: 'js',
    }));
  },
};

/** What keeps a bundle small and its start short, without changing what any code does that is reached. Sizes are minified. */
export const lean: readonly Plugin[] = [builtins, ...sdk, jsonSchemas, leftOut];
