import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { rollBack } from '#scripts/rollback.ts';
import { intercept } from '#test/support/intercept.ts';

/** A Lambda service that returns versions in pages of two, and has one alias for each function. */
const setup = (functions: Record<string, { live: string; versions: string[] }>) => {
  const client = new LambdaClient({ region: 'us-east-1' });
  const revisions: unknown[] = [];
  intercept(client, {
    service: 'lambda',
    answer: (command, input) => {
      const { FunctionName, FunctionVersion, Marker, RevisionId } = input as Record<string, string>;
      const it = functions[FunctionName ?? ''];
      if (it === undefined) throw new Error(`no function ${FunctionName}`);
      if (command === 'GetAlias') return { FunctionVersion: it.live, RevisionId: 'seen' };
      if (command === 'UpdateAlias') {
        it.live = FunctionVersion ?? '';
        revisions.push(RevisionId);
        return {};
      }
      const start = Number(Marker ?? 0);
      const more = start + 2 < it.versions.length;
      return {
        Versions: it.versions.slice(start, start + 2).map((Version) => ({ Version })),
        ...(more ? { NextMarker: String(start + 2) } : {}),
      };
    },
  });
  return { client, functions, revisions };
};

describe('rollBack', () => {
  it('points every alias to the next lower version, compared as numbers', async () => {
    const { client, functions, revisions } = setup({
      'rez-agent-processor-dev': { live: '10', versions: ['$LATEST', '2', '9', '10', '11'] },
      'rez-agent-sweeper-dev': { live: '3', versions: ['$LATEST', '1', '3'] },
    });

    const done = await rollBack(client, 'dev', ['processor', 'sweeper']);

    expect(done).toEqual([
      { name: 'processor', from: '10', to: '9' },
      { name: 'sweeper', from: '3', to: '1' },
    ]);
    expect(functions['rez-agent-processor-dev']?.live).toBe('9');
    expect(revisions).toEqual(['seen', 'seen']);
  });

  it('does not change a function that has no older version', async () => {
    const { client, functions } = setup({
      'rez-agent-processor-dev': { live: '1', versions: ['$LATEST', '1', '2'] },
    });

    expect(await rollBack(client, 'dev', ['processor'])).toEqual([
      { name: 'processor', from: '1' },
    ]);
    expect(functions['rez-agent-processor-dev']?.live).toBe('1');
  });

  it('moves the other aliases when one cannot be moved, and names that one', async () => {
    const { client, functions } = setup({
      'rez-agent-processor-dev': { live: '2', versions: ['$LATEST', '1', '2'] },
    });

    expect(await rollBack(client, 'dev', ['sweeper', 'processor'])).toEqual([
      { name: 'sweeper', problem: 'no function rez-agent-sweeper-dev' },
      { name: 'processor', from: '2', to: '1' },
    ]);
    expect(functions['rez-agent-processor-dev']?.live).toBe('1');
  });
});
