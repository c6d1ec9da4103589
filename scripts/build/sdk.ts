import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';
import { BUILTINS } from './builtins.ts';
import { LEFT_OUT_LATER, refusal } from './left-out.ts';

/**
 * Errors of AWS that our code knows by their class. Any other error arrives as the service's base exception with its
 * name, message, fields, fault and metadata: the SDK's own answer to an error it does not know.
 */
export const KEPT_ERRORS: ReadonlySet<string> = new Set(['ConditionalCheckFailedException']);

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
const imports: Plugin = {
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
  imports,
];
