import { NoSuchBucket, NoSuchKey, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { storedJson } from '#scripts/deploy/stored-json.ts';
import { intercept } from '#test/support/intercept.ts';

const refusedError = (httpStatusCode: number) =>
  new S3ServiceException({
    ...{ name: 'Refused', $fault: 'client', message: `HTTP ${httpStatusCode}` },
    $metadata: { httpStatusCode },
  });

/** An object in a bucket whose service responds to each command as `answer` says. */
const objectOf = (answer: (command: string, input: Record<string, unknown>) => object) => {
  const client = new S3Client({ region: 'us-east-1' });
  intercept(client, {
    service: 's3',
    answer: (command, input) => answer(command, input as Record<string, unknown>),
  });
  return storedJson(client, { bucket: 'a-bucket', key: 'a-key', parse: (json) => json });
};

const throwing = (error: Error) => () => {
  throw error;
};

describe('a JSON object in S3', () => {
  it('is read with its tag', async () => {
    const object = objectOf(() => ({
      ...{ Body: { transformToString: async () => '{"a":1}' }, ETag: '"tag"' },
    }));

    expect(await object.read()).toEqual({ value: { a: 1 }, tag: '"tag"' });
  });

  it('is absent when the object or the bucket is', async () => {
    const options = { message: 'absent', $metadata: {} };

    expect(await objectOf(throwing(new NoSuchKey(options))).read()).toBeUndefined();
    expect(await objectOf(throwing(new NoSuchBucket(options))).read()).toBeUndefined();
    await expect(objectOf(throwing(refusedError(403))).read()).rejects.toThrow('HTTP 403');
  });

  it('is created only if it does not exist, and replaced and deleted only as it was read', async () => {
    const conditions: unknown[] = [];
    const object = objectOf((command, { IfMatch, IfNoneMatch }) => {
      conditions.push([command, IfMatch, IfNoneMatch]);
      return {};
    });

    expect(await object.put({ a: 1 }, undefined)).toBe(true);
    expect(await object.put({ a: 1 }, '"tag"')).toBe(true);
    expect(await object.remove('"tag"')).toBe(true);

    expect(conditions).toEqual([
      ['PutObject', undefined, '*'],
      ['PutObject', '"tag"', undefined],
      ['DeleteObject', '"tag"', undefined],
    ]);
  });

  it.for([404, 409, 412])(
    'is not changed when S3 refuses the condition with %i',
    async (status) => {
      const object = objectOf(throwing(refusedError(status)));

      expect(await object.put({}, '"tag"')).toBe(false);
      expect(await object.remove('"tag"')).toBe(false);
    },
  );

  it('is not changed silently when S3 refuses for another reason', async () => {
    await expect(objectOf(throwing(refusedError(403))).put({}, undefined)).rejects.toThrow();
    const noBucket = new NoSuchBucket({ message: 'no', $metadata: { httpStatusCode: 404 } });
    await expect(objectOf(throwing(noBucket)).put({}, undefined)).rejects.toThrow();
  });
});
