import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushFunction } from '#scripts/local/code.ts';
import { intercept } from '#test/support/intercept.ts';

interface Version {
  CodeSha256?: string;
  Environment: { Variables: Record<string, string> };
  MemorySize?: number;
  Timeout?: number;
}

const shaOf = (code: string) => createHash('sha256').update(code).digest('base64');

let folder = '';
let zip = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-code-'));
  zip = join(folder, 'processor.zip');
  writeFileSync(zip, 'new');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A Lambda service with one function: its versions by number, and the number at the alias. */
const functionWith = (latest: Version, versions: Record<string, Version>, live: string) => {
  const state = { latest, versions, live };
  const lambda = new LambdaClient({ region: 'us-east-1' });
  const answers: Record<string, (input: Record<string, string>) => object> = {
    GetFunctionConfiguration: ({ Qualifier }) =>
      Qualifier === undefined
        ? { Version: '$LATEST', ...state.latest }
        : { Version: state.live, ...state.versions[state.live] },
    UpdateFunctionCode: ({ ZipFile = '' }) => {
      state.latest = { ...state.latest, CodeSha256: shaOf(ZipFile) };
      return {};
    },
    UpdateFunctionConfiguration: (given) => {
      state.latest = { ...state.latest, ...given };
      return {};
    },
    PublishVersion: () => {
      const number = String(Math.max(...Object.keys(state.versions).map(Number)) + 1);
      state.versions[number] = state.latest;
      return { Version: number };
    },
    UpdateAlias: ({ FunctionVersion = '' }) => {
      state.live = FunctionVersion;
      return {};
    },
    DeleteFunction: ({ Qualifier = '' }) => {
      delete state.versions[Qualifier];
      return {};
    },
  };
  intercept(lambda, {
    service: 'lambda',
    answer: (command, input) => answers[command]?.(input as Record<string, string>) ?? {},
  });
  return { lambda, state };
};

const version = (code: string, variables: Record<string, string> = {}): Version => ({
  CodeSha256: shaOf(code),
  Environment: { Variables: variables },
  MemorySize: 512,
  Timeout: 60,
});

describe('pushing code to the local AWS', () => {
  it('publishes new code, points the alias to it and deletes the version before', async () => {
    const { lambda, state } = functionWith(version('old'), { 1: version('old') }, '1');

    expect(await pushFunction(lambda, { name: 'processor', zip })).toBe(true);

    expect(state).toMatchObject({ live: '2', versions: { 2: { CodeSha256: shaOf('new') } } });
    expect(Object.keys(state.versions)).toEqual(['2']);
  });

  it('changes nothing when the alias has the code and the settings', async () => {
    const { lambda, state } = functionWith(version('new'), { 1: version('new') }, '1');

    expect(await pushFunction(lambda, { name: 'processor', zip })).toBe(false);

    expect(state.live).toBe('1');
  });

  it.each([
    ['a new variable', version('new', { PUBLIC_URL: 'a', ADDED: 'b' })],
    ['a removed variable', version('new')],
    ['another timeout', { ...version('new', { PUBLIC_URL: 'a' }), Timeout: 30 }],
    ['another memory size', { ...version('new', { PUBLIC_URL: 'a' }), MemorySize: 1024 }],
  ])('points the alias to %s that Terraform published for the same code', async (_, applied) => {
    const first = version('new', { PUBLIC_URL: 'a' });
    const { lambda, state } = functionWith(applied, { 1: first, 2: applied }, '1');

    expect(await pushFunction(lambda, { name: 'processor', zip })).toBe(true);

    expect(state.versions[state.live]).toEqual(applied);
  });

  it('replaces the variables of this start only where Terraform set them', async () => {
    const { lambda, state } = functionWith(
      version('new', { PUBLIC_URL: 'of Terraform' }),
      { 1: version('new', { PUBLIC_URL: 'of Terraform' }) },
      '1',
    );

    await pushFunction(lambda, {
      ...{ name: 'processor', zip, environment: { LOCAL_ORIGINS: 'b' } },
      replaced: { PUBLIC_URL: 'a', QUEUES: 'c' },
    });

    expect(state.versions[state.live]?.Environment.Variables).toEqual({
      PUBLIC_URL: 'a',
      LOCAL_ORIGINS: 'b',
    });
  });
});
