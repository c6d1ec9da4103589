import { ParameterAlreadyExists, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writePlatformKeys } from '#scripts/platform-keys.ts';

const ssm = new SSMClient({ region: 'us-east-1' });

interface Put {
  Name?: string;
  Value?: string;
}

const answering = (answer: (put: Put) => object) => {
  const puts: Put[] = [];
  vi.spyOn(SSMClient.prototype, 'send').mockImplementation(async ({ input }: { input: object }) => {
    puts.push({ ...input });
    return answer(input);
  });
  return puts;
};

const existing = () => {
  throw new ParameterAlreadyExists({ message: 'it is there', $metadata: {} });
};

afterEach(() => vi.restoreAllMocks());

describe('the keys of the platform', () => {
  it('are SecureStrings of 32 random bytes each, written without overwriting', async () => {
    const puts = answering(() => ({}));

    expect(await writePlatformKeys(ssm, 'prod')).toEqual(['cursor-key', 'oauth-key']);
    await writePlatformKeys(ssm, 'prod');

    expect(puts.slice(0, 2)).toMatchObject([
      { Name: '/rez-agent/prod/cursor-key', Type: 'SecureString', Overwrite: false },
      { Name: '/rez-agent/prod/oauth-key', Type: 'SecureString', Overwrite: false },
    ]);
    for (const { Value } of puts) expect(Buffer.from(String(Value), 'base64')).toHaveLength(32);
    expect(new Set(puts.map(({ Value }) => Value)).size).toBe(4);
  });

  it('are not changed if they exist', async () => {
    answering(existing);

    expect(await writePlatformKeys(ssm, 'dev')).toEqual([]);
  });

  it('are added to a stage that has only some of them', async () => {
    answering(({ Name }) => (Name === '/rez-agent/dev/cursor-key' ? existing() : {}));

    expect(await writePlatformKeys(ssm, 'dev')).toEqual(['oauth-key']);
  });

  it('fail with any other error of SSM', async () => {
    answering(() => {
      throw new Error('access denied');
    });

    await expect(writePlatformKeys(ssm, 'dev')).rejects.toThrow('access denied');
  });
});
