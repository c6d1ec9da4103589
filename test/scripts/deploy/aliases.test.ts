import { LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { stageAliases } from '#scripts/deploy/aliases.ts';
import { intercept } from '#test/support/intercept.ts';

/** A Lambda service that returns versions in pages of two, and has one alias for each function. */
const setup = (functions: Record<string, { live: string; versions: string[] }>) => {
  const client = new LambdaClient({ region: 'us-east-1' });
  const moves: unknown[] = [];
  intercept(client, {
    service: 'lambda',
    answer: (command, input) => {
      const { FunctionName = '', ...more } = input as Record<string, string>;
      const found = functions[FunctionName];
      if (found === undefined) throw notFoundError(`no function ${FunctionName}`);
      if (command === 'GetAlias') return { FunctionVersion: found.live, RevisionId: 'as read' };
      if (command === 'UpdateAlias') {
        found.live = more.FunctionVersion ?? '';
        moves.push([FunctionName, found.live, more.RevisionId]);
        return {};
      }
      if (command === 'GetFunctionConfiguration') {
        if (found.versions.includes(more.Qualifier ?? '')) return {};
        throw notFoundError('no such version');
      }
      const start = Number(more.Marker ?? 0);
      const hasMore = start + 2 < found.versions.length;
      return {
        Versions: found.versions.slice(start, start + 2).map((Version) => ({ Version })),
        ...(hasMore ? { NextMarker: String(start + 2) } : {}),
      };
    },
  });
  const names = ['processor', 'sweeper'];
  return { aliases: stageAliases(client, { stage: 'dev', names }), functions, moves };
};

const notFoundError = (message: string) =>
  new ResourceNotFoundException({ message, $metadata: {} });

const twoFunctions = () =>
  setup({
    'rez-agent-processor-dev': { live: '9', versions: ['$LATEST', '2', '9', '10'] },
    'rez-agent-sweeper-dev': { live: '3', versions: ['$LATEST', '1', '3'] },
  });

describe('the aliases of a stage', () => {
  it('are read for each function that exists', async () => {
    expect(await twoFunctions().aliases.read()).toEqual({ processor: '9', sweeper: '3' });
    expect(await setup({}).aliases.read()).toEqual({});
  });

  it('know the newest version, compared as a number, on whatever page it is', async () => {
    expect(await twoFunctions().aliases.newest()).toEqual({ processor: '10', sweeper: '3' });
  });

  it('know which versions are deleted', async () => {
    const { aliases } = twoFunctions();

    expect(await aliases.missing({ processor: '9', sweeper: '3' })).toEqual([]);
    expect(await aliases.missing({ processor: '8', sweeper: '3' })).toEqual(['processor']);
  });

  it('are moved only as they were read, and not at all if they are there already', async () => {
    const { aliases, moves } = twoFunctions();

    expect(await aliases.move({ processor: '10', sweeper: '3' })).toEqual([]);

    expect(moves).toEqual([['rez-agent-processor-dev', '10', 'as read']]);
  });

  it('are all moved but one that cannot be, which is named', async () => {
    const { aliases, functions } = setup({
      'rez-agent-processor-dev': { live: '9', versions: [] },
    });

    expect(await aliases.move({ sweeper: '4', processor: '10' })).toEqual([
      { name: 'sweeper', problem: 'no function rez-agent-sweeper-dev' },
    ]);
    expect(functions['rez-agent-processor-dev']?.live).toBe('10');
  });
});
