import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/** The names of Node's built-in modules, without `node:`. */
export const BUILTINS: ReadonlySet<string> = new Set(
  builtinModules.filter((name) => !name.startsWith('_')),
);

/**
 * Loads Node's built-in modules with `process.getBuiltinModule`. An ES import of `node:http` reads all of its exports,
 * and some of them load undici: 21 ms instead of 3 ms.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup: (build) => {
    build.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z_0-9]+)*$/ }, ({ path }) => {
      const name = path.replace(/^node:/, '');
      return BUILTINS.has(name) ? { path: name, namespace: 'builtin' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
      loader: 'js',
    }));
  },
};
