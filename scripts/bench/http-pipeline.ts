import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { ROOT } from '#scripts/local/paths.ts';
import type { Part } from './bench.ts';
import { leanBundle } from './bundles.ts';
import { eventOf } from './events.ts';
import { GATES } from './gates.ts';
import { installPeers } from './peers.ts';
import { trial } from './process.ts';
import type { Figure } from './report.ts';
import { quantile, ratioOf, rounds, type Summary, summaryOf } from './statistics.ts';

const PEERS = Object.entries(GATES.httpPipeline);

/** Requests until the code of every side is compiled, then those that are measured. */
const WARMING = 12_000;
const MEASURED = 1_000;

/** The modules below the pipeline of web-api. In the benchmark, every function of them returns its argument at once. */
const STUBBED = ['lib/engine/produce.ts', 'lib/data/messages/messages.ts'];
const PARAMETERS = `export const ssmParameters = () =>
    async (keys) => new Map(keys.map((key) => [key, 'on']));`;

const stubs: Plugin = {
  name: 'stubs',
  setup: (build) => {
    build.onResolve({ filter: /^#lib\/|\/ssm-parameters\.ts$/ }, ({ path }) =>
      path.endsWith('/ssm-parameters.ts') || STUBBED.includes(path.slice(1))
        ? { path: path.replace(/^#/, ''), namespace: 'stub' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'stub' }, async ({ path }) => ({
      contents: path.endsWith('/ssm-parameters.ts') ? PARAMETERS : await stubOf(path),
    }));
  },
};

const stubOf = async (file: string): Promise<string> => {
  const exported = (await readFile(join(ROOT, file), 'utf8')).matchAll(/^export const (\w+)/gm);
  return [...exported]
    .map(([, name]) => `export const ${name} = async (given) => given;`)
    .join('\n');
};

/** One POST through the whole pipeline, against the same work in other frameworks. */
export const httpPipeline: Part = async ({ env, rounds: count, progress }) => {
  try {
    await installPeers(progress);
  } catch (error) {
    const note = `npm could not install them (${(error as Error).message})`;
    return PEERS.map(([name, gate]) => ({ ...against(name), gate, note }));
  }
  progress('HTTP pipeline, against Powertools, Hono and serverless-express');
  const ours = await leanBundle('handlers/web-api/index.ts', [stubs]);
  const perRequest = (bundle: string) => async () => {
    const events = Array.from({ length: WARMING + MEASURED }, () => eventOf('web-api'));
    const { wallMs } = await trial(bundle, { env, events });
    return quantile(wallMs.slice(WARMING), 0.5) * 1_000;
  };
  const sides: Record<string, () => Promise<number>> = {
    ours: perRequest(ours),
    'no pipeline': perRequest(await leanBundle(WORK_ALONE)),
  };
  for (const [name] of PEERS) {
    sides[name] = perRequest(await leanBundle(peerEntry(name)));
  }
  const measured = await rounds(sides, { count: Math.ceil(count / 2) });
  const shown = Object.keys(sides).map(
    (side): Figure => ({
      name: `POST through ${side === 'ours' ? 'our pipeline' : side}`,
      unit: 'µs',
      value: summaryOf(measured.map((round) => round[side] ?? Number.NaN)),
    }),
  );
  const judged = PEERS.flatMap(([name, gate]): Figure[] => [
    {
      name: `POST against ${name}`,
      unit: '×',
      value: ratioOf(measured, 'ours', name),
      note: 'the whole request, with the work inside',
    },
    {
      ...against(name),
      value: pipelineRatio(measured, name),
      gate,
      note: 'without the work inside',
    },
  ]);
  return [...shown, ...judged];
};

/** The time of the pipelines alone. The work inside is the same code on all sides, and its time is subtracted. */
const pipelineRatio = (measured: readonly Record<string, number>[], name: string): Summary =>
  summaryOf(
    measured.map(
      ({ ours = 0, 'no pipeline': work = 0, [name]: peer = 0 }) => (ours - work) / (peer - work),
    ),
  );

const against = (name: string) => ({ name: `HTTP pipeline against ${name}`, unit: '×' as const });

/** The work that all sides do inside their pipelines. */
const WORK_ALONE = {
  name: 'work-alone',
  contents: `import * as work from '#scripts/bench/same-work.ts';
export const handler = async ({ body, headers }) => {
  const caller = await work.callerOf(headers.authorization);
  const answer = await work.post(body, { caller, correlationId: headers['x-correlation-id'] });
  return { statusCode: answer.status, headers: answer.headers, body: JSON.stringify(answer.body) };
};`,
};

const peerEntry = (name: string) => ({
  name: `peer-${name}`,
  contents: `import { create } from '#scripts/bench/peers/${name}.mjs';
import * as work from '#scripts/bench/same-work.ts';
export const handler = create(work);`,
});
