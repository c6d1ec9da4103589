import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';
import { LEFT_OUT, LEFT_OUT_LATER, type LeftOut, refusal, standIn } from './left-out.ts';

/**
 * Errors of AWS that our code knows by their class. Any other error arrives as the service's base exception with its
 * name, message, fields, fault and metadata: the SDK's own answer to an error it does not know.
 */
export const KEPT_ERRORS: ReadonlySet<string> = new Set(['ConditionalCheckFailedException']);

const BUILTINS = new Set(builtinModules.filter((name) => !name.startsWith('_')));

/**
 * Node's own modules through `process.getBuiltinModule`. An ES import of `node:http` touches every export it has,
 * among them the ones that load undici: 21 ms against 3.
 */
const builtins: Plugin = {
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

/**
 * What the SDK imports while it runs would be a file of its own each: Node's modules are taken as above, what none of our
 * paths enters is refused.
 */
const importedLater: Plugin = {
  name: 'imported-later',
  setup: (build) => {
    const filter = /[\\/]@(smithy|aws|aws-sdk)[\\/][^\\/]+[\\/]dist-es[\\/].*\.js$/;
    build.onLoad({ filter }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      if (!code.includes('import(')) return undefined;
      const contents = code.replace(
        /\bimport\((["'])(?:node:)?([\w@/-]+)\1\)/g,
        (call, _quote, name: string) => {
          if (BUILTINS.has(name))
            return `Promise.resolve(process.getBuiltinModule('node:${name}'))`;
          return LEFT_OUT_LATER.has(name) ? `Promise.reject(new Error(${refusal(name)}))` : call;
        },
      );
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Credentials come from the environment, where Lambda puts them; the SDK asks a chain of nine sources instead.
 * Gain: 117 KB of SSO, web identity, container and instance metadata clients.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup: (build) => {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, async (args) => {
      if (args.pluginData === 'chain') return undefined;
      const { kind, importer, resolveDir } = args;
      const options = { kind, importer, resolveDir, pluginData: 'chain' };
      const chain = await build.resolve(args.path, options);
      return {
        path: args.path,
        namespace: 'environment-credentials',
        pluginData: dirname(chain.path),
        errors: chain.errors,
      };
    });
    build.onLoad({ filter: /.*/, namespace: 'environment-credentials' }, ({ pluginData }) => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
      resolveDir: pluginData,
      loader: 'js',
    }));
  },
};

/**
 * So does configuration: the SDK would look for two files in a home directory, which a function does not have.
 * Gain: 4 KB, and reading them.
 */
const environmentConfiguration: Plugin = {
  name: 'environment-configuration',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/fromSharedConfigFiles$/ }, ({ importer, path }) =>
      /[\\/]node-config-provider[\\/]configLoader\.js$/.test(importer)
        ? { path, namespace: 'environment-configuration' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'environment-configuration' }, () => ({
      contents: `export const fromSharedConfigFiles = () => async () => {
        throw Object.assign(new Error('not set in the environment'), { tryNextLink: true });
      };`,
      loader: 'js',
    }));
  },
};

/**
 * A client keeps the schemas of its whole service alive: it registers every error while it loads, and the computed
 * keys in a schema look like effects to a bundler. Registered are here the errors we keep; the schemas are marked pure.
 * Gain: 93 KB where SSM, DynamoDB and SNS are used, three quarters of it SSM's.
 */
const usedSchemas: Plugin = {
  name: 'used-schemas',
  setup: (build) => {
    const filter = /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
    build.onLoad({ filter }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm, (line, error: string) =>
          KEPT_ERRORS.has(error) ? line : '',
        )
        .replace(
          /^((?:export )?var \w+\$? = )(\[[^;]*?\n\]);$/gm,
          '$1/* @__PURE__ */ (() => $2)();',
        ),
      loader: 'js',
    }));
  },
};

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

/** A client reads nothing but the version of its package.json. Gain: 2 KB a client. */
const manifests: Plugin = {
  name: 'manifests',
  setup: (build) => {
    const filter = /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/;
    build.onLoad({ filter }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
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
export const lean: readonly Plugin[] = [
  builtins,
  environmentCredentials,
  environmentConfiguration,
  usedSchemas,
  importedLater,
  jsonSchemas,
  manifests,
  leftOut,
];
