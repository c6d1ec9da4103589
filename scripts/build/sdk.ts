import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';
import { sdkImports } from './sdk-imports.ts';

/**
 * Errors of AWS that our code knows by their class. Any other error arrives as the service's base exception with its
 * name, message, fields, fault and metadata: the SDK's own answer to an error it does not know.
 */
export const KEPT_ERRORS: ReadonlySet<string> = new Set(['ConditionalCheckFailedException']);

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

/**
 * The SDK knows the names of all regions, and takes one that it does not know by its pattern; so we leave it the patterns.
 * Gain: 3 KB.
 */
const partitions: Plugin = {
  name: 'partitions',
  setup: (build) => {
    const filter = /[\\/]util-endpoints[\\/]lib[\\/]aws[\\/]partitions\.js$/;
    build.onLoad({ filter }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(
        /"regions": \{(?:\s*"[\w-]+": \{\s*"description": "[^"]*"\s*\},?)*\s*\}/g,
        '"regions": {}',
      ),
      loader: 'js',
    }));
  },
};

/** What makes the AWS SDK small. */
export const sdk: readonly Plugin[] = [
  environmentCredentials,
  environmentConfiguration,
  usedSchemas,
  manifests,
  partitions,
  sdkImports,
];
