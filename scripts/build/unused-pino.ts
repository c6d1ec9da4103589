import type { Plugin } from 'esbuild';

/** Our logger writes to one stream of its own, redacts and serializes fields itself, and logs plain JSON. */
const UNUSED =
  /^(?:\.\/(?:lib\/)?(?:transport|multistream)|sonic-boom|on-exit-leak-free|@pinojs\/redact|pino-std-serializers|safe-stable-stringify)$/;

/** A CommonJS module that may be loaded. Its exports throw when they are called. */
const standInFor = (module: string): string => `
  function refuse() { throw new Error('${module} is not in the bundle: scripts/build/unused-pino.ts'); }
  // pino calls \`configure\` of safe-stable-stringify while it loads, and its result only for a circular object.
  const exported = (name) => name === 'configure' ? () => refuse : refuse;
  module.exports = new Proxy(refuse, { get: (target, name) => target[name] ?? exported(name) });`;

/**
 * Leaves out the modules of pino that our logger does not use: worker-thread transports, the default destination, several
 * streams, redaction, serializers, and JSON of circular objects. Gain: 41 KB loaded during INIT of every function that
 * logs with pino.
 */
export const unusedPino: Plugin = {
  name: 'unused-pino',
  setup: (build) => {
    build.onResolve({ filter: UNUSED }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]pino[\\/]/.test(importer)
        ? { path, namespace: 'unused-pino' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'unused-pino' }, ({ path }) => ({
      contents: standInFor(path),
      loader: 'js',
    }));
  },
};
