import type { Plugin } from 'esbuild';

/** What the SDK of the Model Context Protocol takes from its own platform. */
const SHIMS = /^@modelcontextprotocol\/server\/_shims$/;

/**
 * Leaves ajv out of the SDK of the Model Context Protocol. The SDK would check answers of a person to questions of the server
 * with it, and our server asks none; tools check their own input. Gain: 150 KB loaded during INIT of mcp.
 */
export const unusedAjv: Plugin = {
  name: 'unused-ajv',
  setup: (build) => {
    build.onResolve({ filter: SHIMS }, ({ path }) => ({ path, namespace: 'unused-ajv' }));
    build.onLoad({ filter: /.*/, namespace: 'unused-ajv' }, () => ({
      contents: `
        export class DefaultJsonSchemaValidator {
          getValidator() { throw new Error('ajv is not in the bundle: scripts/build/unused-ajv.ts'); }
        }
        export { default as process } from 'node:process';`,
      resolveDir: '.',
      loader: 'js',
    }));
  },
};
