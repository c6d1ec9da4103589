import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENT as ENVIRONMENT_IN_DEV, IN_LAMBDA } from '#scripts/bench/environment.ts';
import { KEPT_ERRORS } from '#scripts/build/sdk.ts';
import { watchFunctions } from '#scripts/build/watch.ts';
import { type Built, buildAll, buildFunction, functionNames } from '#scripts/build.ts';
import { copyOfSources, type SourceTree, sourceTree } from './source-tree.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');

/** Nothing listens where the functions would find AWS. */
const ENVIRONMENT = {
  ...ENVIRONMENT_IN_DEV,
  ...IN_LAMBDA,
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'key-of-the-environment',
  LOG_LEVEL: 'error',
};

/** What a program that has the bundle as `bundle` prints, in a process of its own. */
const inNode = (bundle: string, program: string): unknown =>
  JSON.parse(
    execFileSync(
      NODE,
      [
        '--input-type=module',
        '--eval',
        `const bundle = await import(${JSON.stringify(bundle)});
         const answer = await (async () => { ${program} })();
         process.stdout.write('\\n' + JSON.stringify(answer), () => process.exit());`,
      ],
      {
        env: { ...ENVIRONMENT, LAMBDA_TASK_ROOT: dirname(bundle) },
        encoding: 'utf8',
        timeout: 120_000,
      },
    )
      .split('\n')
      .at(-1) ?? '',
  );

const trees: SourceTree[] = [];
const aTree = (files: Readonly<Record<string, string>>) => {
  const tree = sourceTree(files);
  trees.push(tree);
  return tree;
};
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

const buildOne = (source: string) =>
  buildFunction('one', { root: aTree({ 'handlers/one/index.ts': source }).root });

describe('a bundle', () => {
  it('is built for every folder in handlers/ that has an index.ts', async () => {
    const { root } = aTree({
      'handlers/second/index.ts': 'export const handler = () => 2;',
      'handlers/first/index.ts': 'export const handler = () => 1;',
      'handlers/notes/verb.ts': 'export const verb = 0;',
    });

    const built = await buildAll({ root });

    expect(functionNames(root)).toEqual(['first', 'second']);
    expect(built.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(inNode(built[1]?.bundle ?? '', 'return bundle.handler();')).toBe(2);
  });

  it('contains only code: no source map and no path of the build machine', async () => {
    const built = await buildOne(`export { pino as handler } from 'pino';`);

    const files = unzipSync(readFileSync(built.zip));
    const code = Buffer.from(files['index.mjs'] ?? []).toString();

    expect(Object.keys(files)).toEqual(['index.mjs']);
    expect(code).not.toContain('sourceMappingURL');
    expect(code).not.toContain('rez-agent-tree-');
    expect(readFileSync(`${built.bundle}.map`, 'utf8')).toContain('handlers/one/index.ts');
  });

  it('has a separate file for code that is imported later, and its size without those files', async () => {
    const { root } = aTree({
      'lib/rare.ts': `export const rare = () => 'rare'; export const why = ${JSON.stringify('x'.repeat(5_000))};`,
      'handlers/one/index.ts': `
        export const handler = async () => (await import('#lib/rare.ts')).rare();`,
    });
    const built = await buildFunction('one', { root });

    const files = Object.keys(unzipSync(readFileSync(built.zip))).sort();

    expect(files).toEqual(['index.mjs', 'part-00000001.mjs']);
    expect(inNode(built.bundle, 'return bundle.handler();')).toBe('rare');
    expect(built.minified - built.entry.minified).toBeGreaterThan(20);
  });

  it('does not contain a part that no code imports', async () => {
    const { root } = aTree({
      'lib/rare.ts': `export const rare = () => 'rare';`,
      'lib/both.ts': `
        export const used = () => 'used';
        export const unused = async () => (await import('#lib/rare.ts')).rare();`,
      'handlers/one/index.ts': `
        import { used } from '#lib/both.ts';
        export const handler = () => used();`,
    });

    const { zip } = await buildFunction('one', { root });

    expect(Object.keys(unzipSync(readFileSync(zip)))).toEqual(['index.mjs']);
  });

  it('takes credentials only from the environment', async () => {
    const { bundle } = await buildOne(`
      import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
      export const client = new DynamoDBClient({});`);

    const credentials = inNode(bundle, 'return bundle.client.config.credentials();');

    expect(credentials).toMatchObject({ accessKeyId: 'key-of-the-environment' });
    expect(readFileSync(bundle, 'utf8')).not.toContain('AWS_CONTAINER_CREDENTIALS');
  });

  it.each([
    ['ThrottlingException', 'DynamoDBServiceException'],
    ['ConditionalCheckFailedException', 'ConditionalCheckFailedException'],
  ])('gives %s its name, message and status, as a %s', async (name, shape) => {
    const { bundle } = await buildOne(`
      import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
      import { Readable } from 'node:stream';
      const body = ${JSON.stringify(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no', Item: { id: { S: '1' } } }))};
      const handle = async () => ({ response: {
        statusCode: 400, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Readable.from([Buffer.from(body)]) } });
      const client = new DynamoDBClient({ maxAttempts: 1, requestHandler: { handle } });
      export const put = () => client.send(new PutItemCommand({ TableName: 'any', Item: { id: { S: '1' } } }));`);

    const error = inNode(
      bundle,
      `return bundle.put().catch((error) => ({ name: error.name, message: error.message,
         status: error.$metadata.httpStatusCode, item: error.Item, shape: error.constructor.shapeId ?? '' }));`,
    );

    expect(error).toMatchObject({ name, message: 'no', status: 400, item: { id: { S: '1' } } });
    expect(error).toHaveProperty('shape', expect.stringContaining(shape));
  });

  it('gives a canceled transaction its reasons, with the rows that failed their conditions', async () => {
    const body = JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: 'Transaction cancelled',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { id: { S: '1' }, parts: { L: [{ N: '2' }] } } },
      ],
    });
    const { bundle } = await buildOne(`
      import { DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
      import { Readable } from 'node:stream';
      const handle = async () => ({ response: {
        statusCode: 400, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Readable.from([Buffer.from(${JSON.stringify(body)})]) } });
      const client = new DynamoDBClient({ maxAttempts: 1, requestHandler: { handle } });
      const Delete = { TableName: 'any', Key: { id: { S: '1' } } };
      export const write = () => client.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete }] }));
      export const isCanceled = (error) => error instanceof TransactionCanceledException;`);

    const error = inNode(
      bundle,
      `return bundle.write().catch((error) => ({ isCanceled: bundle.isCanceled(error), reasons: error.CancellationReasons }));`,
    );

    expect(error).toEqual({
      isCanceled: true,
      reasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { id: { S: '1' }, parts: { L: [{ N: '2' }] } } },
      ],
    });
  });

  it('keeps every error class that the code uses with instanceof', () => {
    const root = join(import.meta.dirname, '../..');
    const compared = globSync('{lib,middleware,handlers}/**/*.ts', { cwd: root }).flatMap(
      (file) => {
        const source = readFileSync(join(root, file), 'utf8');
        const imported = [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-/g)]
          .flatMap(([, names = '']) => names.split(','))
          .map((name) => name.trim())
          .filter(Boolean);
        return imported.filter((name) => source.includes(`instanceof ${name}`));
      },
    );

    expect(compared).toContain('ConditionalCheckFailedException');
    expect(compared.filter((name) => !KEPT_ERRORS.has(name))).toEqual([]);
  });

  it('fails with the place of the error', async () => {
    await expect(buildOne(`import './nothing.ts';`)).rejects.toThrow('handlers/one/index.ts:1:7');
  });
});

describe('the functions', () => {
  let here: SourceTree;
  let there: SourceTree;
  let built: Built[];

  beforeAll(async () => {
    here = copyOfSources(0);
    there = copyOfSources(3);
    built = await buildAll({ root: here.root });
  });
  afterAll(() => {
    here.remove();
    there.remove();
  });

  it('have the same bytes wherever and whenever they are built', async () => {
    const zone = process.env.TZ;
    process.env.TZ = zone === 'Pacific/Kiritimati' ? 'UTC' : 'Pacific/Kiritimati';

    const again = await buildAll({ root: there.root }).finally(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });

    expect(again.map(({ name, digest }) => [name, digest])).toEqual(
      built.map(({ name, digest }) => [name, digest]),
    );
  });

  it('load neither undici nor http2 nor inspector', () => {
    const unneeded = built.flatMap(({ name, bundle }) => {
      const loaded = inNode(bundle, 'return process.moduleLoadList;') as string[];
      return loaded
        .filter((module) => /undici|^NativeModule (internal\/)?(http2|inspector)\b/.test(module))
        .map((module) => `${name}: ${module}`);
    });

    expect(built.length).toBeGreaterThan(0);
    expect(unneeded).toEqual([]);
  });
});

describe('watching', () => {
  it('rebuilds only the functions that contain a saved file', async () => {
    const tree = aTree({
      'lib/word.ts': `export const word = 'before';`,
      'handlers/one/index.ts': `import { word } from '#lib/word.ts'; export const handler = () => word;`,
      'handlers/two/index.ts': `export const handler = () => 'two';`,
    });
    const heard: string[] = [];
    let wake = () => {};
    const next = () => new Promise<void>((resolve) => (wake = resolve));
    const watching = await watchFunctions(
      ({ name, built, error }) => {
        heard.push(`${name} ${built ? 'built' : error?.message.split('\n')[0]}`);
        wake();
      },
      { root: tree.root },
    );
    expect(heard.splice(0).sort()).toEqual(['one built', 'two built']);

    const failure = next();
    tree.write('lib/word.ts', `export const other = 'after';`);
    await failure;
    const repair = next();
    tree.write('lib/word.ts', `export const word = 'after';`);
    await repair;
    await watching.stop();

    expect(heard).toEqual(['one Build failed with 1 error:', 'one built']);
    expect(inNode(join(tree.root, 'dist/one/index.mjs'), 'return bundle.handler();')).toBe('after');
  });
});
