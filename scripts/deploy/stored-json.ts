import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchBucket,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** A JSON object in S3, with the tag of the version that was read. */
export interface Stored<Value> {
  value: Value;
  tag: string;
}

/** One JSON object in S3. Each change is conditional, so that of two writers only one succeeds. */
export interface StoredJson<Value> {
  /** `undefined` when there is no such object or bucket. */
  read: () => Promise<Stored<Value> | undefined>;
  /**
   * Replaces the version with this tag; without a tag, creates the object.
   * @returns false when the object is another version by now
   */
  put: (value: Value, tag: string | undefined) => Promise<boolean>;
  /** Deletes the version with this tag. @returns false when the object is another version by now, or is gone */
  remove: (tag: string) => Promise<boolean>;
}

/** The object at `key`. @param parse checks what was stored, and throws for anything else */
export const storedJson = <Value>(
  s3: Pick<S3Client, 'send'>,
  {
    bucket: Bucket,
    key: Key,
    parse,
  }: { bucket: string; key: string; parse: (json: unknown) => Value },
): StoredJson<Value> => ({
  read: async () => {
    try {
      const { Body, ETag = '' } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const text = (await Body?.transformToString()) ?? '';
      return { value: parse(JSON.parse(text)), tag: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey || error instanceof NoSuchBucket) return undefined;
      throw error;
    }
  },
  put: (value, tag) =>
    succeeds(() =>
      s3.send(
        new PutObjectCommand({
          ...{ Bucket, Key, Body: JSON.stringify(value, null, 2), ContentType: 'application/json' },
          ...(tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag }),
        }),
      ),
    ),
  remove: (tag) => succeeds(() => s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: tag }))),
});

/** 412 and 409 mean that somebody else wrote, 404 that the object is gone. */
const REFUSED = [404, 409, 412];

const succeeds = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    const { httpStatusCode = 0 } =
      (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
    if (error instanceof NoSuchBucket || !REFUSED.includes(httpStatusCode)) throw error;
    return false;
  }
};
