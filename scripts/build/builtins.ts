import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

/** Node's own modules, without `node:`. */
export const BUILTINS: ReadonlySet<string> = new Set(
  builtinModules.filter((name) => !name.startsWith('_')),
);

/**
 * Node's own modules through `process.getBuiltinModule`. An ES import of `node:http` touches every export it has,
 * among them the ones that load undici: 21 ms against 3.
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
