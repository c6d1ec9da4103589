import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { sdk } from '#scripts/build/sdk.ts';
import { buildFunction } from '#scripts/build.ts';
import { type SourceTree, sourceTree } from '#test/scripts/source-tree.ts';

const trees: SourceTree[] = [];
const aTree = (files: Readonly<Record<string, string>>) => {
  const tree = sourceTree(files);
  trees.push(tree);
  return tree;
};
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

/** A client that has a word of the SDK's core. */
const clientOf = (name: string) => ({
  [`sdk/node_modules/@aws-sdk/${name}/package.json`]: '{ "module": "dist-es/index.js" }',
  [`sdk/node_modules/@aws-sdk/${name}/dist-es/index.js`]:
    'import { word as said } from "@smithy/core/words";\nexport const word = said;',
});

/** The core in one version; all that can be told of it is its word. */
const coreIn = (folder: string, word: string) => ({
  [`sdk/${folder}/node_modules/@smithy/core/words/index.js`]: 'export { word } from "./word";',
  [`sdk/${folder}/node_modules/@smithy/core/words/word.js`]: `export const word = '${word}';`,
});

/** The entry, and what it starts with. */
const AT_ONCE = ['index.mjs.map', 'part-00000001.mjs.map'];

describe('the AWS SDK in a bundle', () => {
  it('keeps to each package the version of the core that is installed for it', async () => {
    const { root } = aTree({
      ...clientOf('client-one'),
      ...clientOf('client-two'),
      ...coreIn('.', 'first'),
      ...coreIn('node_modules/@aws-sdk/client-two', 'second'),
      'sdk/index.js': `
        export { word as one } from '@aws-sdk/client-one';
        export { word as two } from '@aws-sdk/client-two';`,
    });

    const { outputFiles } = await build({
      entryPoints: [join(root, 'sdk/index.js')],
      bundle: true,
      format: 'esm',
      mainFields: ['module', 'main'],
      write: false,
      plugins: [...sdk],
    });
    const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');

    expect(await import(`data:text/javascript;base64,${code}`)).toMatchObject({
      one: 'first',
      two: 'second',
    });
  });

  it('is still written in a way that can be cut: no name of a region, no schema of what nobody calls', async () => {
    const { root } = aTree({
      'handlers/one/index.ts': `
        import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
        export const handler = () =>
          new DynamoDBClient({}).send(new GetItemCommand({ TableName: 'any', Key: {} }));`,
    });
    const code = readFileSync((await buildFunction('one', { root })).bundle, 'utf8');

    expect(code).toContain('GetItem');
    expect(code).not.toContain('Cape Town');
    expect(code).not.toContain('BackupInUseException');
    expect(code).not.toContain('CreateGlobalTable');
  });

  it('brings with a client that is loaded later what it alone has of the core', async () => {
    const { root } = aTree({
      'lib/later.ts': `
        import { SchedulerClient } from '@aws-sdk/client-scheduler';
        export const later = () => new SchedulerClient({});`,
      'handlers/one/index.ts': `
        import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
        export const first = () => new DynamoDBClient({});
        export const handler = async () => (await import('#lib/later.ts')).later();`,
    });
    const { bundle } = await buildFunction('one', { root });

    const filesOf = (isAtOnce: boolean) =>
      globSync('*.mjs.map', { cwd: dirname(bundle) })
        .filter((map) => AT_ONCE.includes(map) === isAtOnce)
        .flatMap((map) => JSON.parse(readFileSync(join(dirname(bundle), map), 'utf8')).sources)
        .filter((file: string) => file.endsWith('/HttpBindingProtocol.js'));

    expect(filesOf(true)).toEqual([]);
    expect(filesOf(false)).toHaveLength(1);
  });
});
