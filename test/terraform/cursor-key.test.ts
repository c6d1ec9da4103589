import { ParameterAlreadyExists, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeCursorKey } from '#scripts/cursor-key.ts';

const ssm = new SSMClient({ region: 'us-east-1' });

const answering = (answer: () => object) => {
  const inputs: { Value?: string }[] = [];
  vi.spyOn(SSMClient.prototype, 'send').mockImplementation(async ({ input }: { input: object }) => {
    inputs.push({ ...input });
    return answer();
  });
  return inputs;
};

afterEach(() => vi.restoreAllMocks());

describe('the cursor key', () => {
  it('is written as a SecureString of 32 random bytes, without overwriting', async () => {
    const inputs = answering(() => ({}));

    expect(await writeCursorKey(ssm, 'prod')).toBe(true);
    expect(await writeCursorKey(ssm, 'prod')).toBe(true);

    const [first, second] = inputs;
    expect(first).toMatchObject({
      Name: '/rez-agent/prod/cursor-key',
      Type: 'SecureString',
      Overwrite: false,
    });
    expect(Buffer.from(String(first?.Value), 'base64')).toHaveLength(32);
    expect(first?.Value).not.toBe(second?.Value);
  });

  it('is not changed if it exists', async () => {
    answering(() => {
      throw new ParameterAlreadyExists({ message: 'it is there', $metadata: {} });
    });

    expect(await writeCursorKey(ssm, 'dev')).toBe(false);
  });

  it('fails with any other error of SSM', async () => {
    answering(() => {
      throw new Error('access denied');
    });

    await expect(writeCursorKey(ssm, 'dev')).rejects.toThrow('access denied');
  });
});
