import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildFunction } from '#scripts/build.ts';
import { type SourceTree, sourceTree } from '#test/scripts/source-tree.ts';

const NODE = join(import.meta.dirname, '../../../node_modules/.bin/node');

const trees: SourceTree[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

const bundlePino = async () => {
  const source = `export { pino } from 'pino'; export const handler = () => {};`;
  const tree = sourceTree({ 'handlers/one/index.ts': source });
  trees.push(tree);
  return buildFunction('one', { root: tree.root });
};

/** The output of a program that uses `pino` from the bundle. */
const run = (bundle: string, program: string): string =>
  execFileSync(
    NODE,
    ['--input-type=module', '-e', `const { pino } = await import('${bundle}'); ${program}`],
    { encoding: 'utf8', timeout: 120_000 },
  );

describe('pino in a bundle', () => {
  it('comes without the modules that our logger does not use', async () => {
    const { inputs } = await bundlePino();

    expect(inputs.filter((file) => file.includes('node_modules/pino/'))).not.toEqual([]);
    expect(
      inputs.filter((file) =>
        /node_modules.*(transport|multistream|thread-stream|sonic-boom|on-exit|pinojs|std-serializers|safe-stable)/.test(
          file,
        ),
      ),
    ).toEqual([]);
  });

  it('writes lines to a stream', async () => {
    const { bundle } = await bundlePino();

    const line = run(
      bundle,
      `pino({ base: null, timestamp: false }, process.stdout).info({ a: { b: [1] } }, 'said');`,
    );

    expect(JSON.parse(line)).toEqual({ level: 30, a: { b: [1] }, msg: 'said' });
  });

  it('writes the rest of a line that has a circular object', async () => {
    const { bundle } = await bundlePino();

    const line = run(
      bundle,
      `const a = {}; a.a = a; pino({ base: null }, process.stdout).info({ a }, 'said');`,
    );

    expect(JSON.parse(line)).toMatchObject({ msg: 'said', a: expect.stringContaining('circular') });
  });

  it.each([
    ['transport', `pino({ transport: { target: 'pino/file' } })`],
    ['sonic-boom', 'pino()'],
  ])('throws an error that names the plugin where it uses %s', async (module, use) => {
    const { bundle } = await bundlePino();

    const message = run(
      bundle,
      `try { ${use}; } catch (error) { process.stdout.write(error.message); }`,
    );

    expect(message).toMatch(
      new RegExp(`${module} is not in the bundle: scripts/build/unused-pino`),
    );
  });
});
