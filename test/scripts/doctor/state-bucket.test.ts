import { describe, expect, it } from 'vitest';
import {
  BUCKET,
  errorResponse,
  publicAccessBlock,
  tlsPolicy,
  versioningStatus,
} from './fake-bucket.ts';
import { healthyStage } from './healthy-stage.ts';

const stage = healthyStage();

describe('the line state bucket', () => {
  it('is ok when the bucket exists', async () => {
    expect(await stage.lines('state bucket')).toEqual([
      { state: 'ok', name: 'state bucket', text: `${BUCKET} exists in us-east-1` },
    ]);
  });

  it.each([undefined, ''])('is a warning when STATE_BUCKET is %j', async (stateBucket) => {
    const lines = await stage.diagnose({ stateBucket });

    expect(lines.filter(({ name }) => name.startsWith('state '))).toEqual([
      {
        state: 'warning',
        name: 'state bucket',
        text: 'not checked: STATE_BUCKET is not set',
        fix: 'STATE_BUCKET=<name of the bucket> make doctor STAGE=dev',
      },
    ]);
  });

  it('is ok without a bucket on the local platform, which needs none', async () => {
    const target = { ...stage.ports().target, isLocal: true };

    expect(await stage.lines('state bucket', { target, stateBucket: undefined })).toMatchObject([
      { state: 'ok', text: expect.stringContaining('not needed') },
    ]);
  });

  it.each([
    [404, `${BUCKET} does not exist`, `aws s3 mb s3://${BUCKET} --region us-east-1`],
    [301, `${BUCKET} is in another region than us-east-1`, 'get-bucket-location'],
    [403, 'belongs to another account, or access is denied', 's3:ListBucket'],
    [400, 'not checked', 's3:ListBucket'],
    [503, 'not checked', 's3:ListBucket'],
  ])('is failed when S3 responds with %d', async (status, text, fix) => {
    stage.bucket().HEAD = { status };

    expect(await stage.lines('state bucket')).toMatchObject([
      {
        state: 'failed',
        text: expect.stringContaining(text),
        fix: expect.stringContaining(fix),
      },
    ]);
  });
});

describe('the line state versions', () => {
  it('is ok when the bucket is versioned', async () => {
    expect(await stage.lines('state versions')).toMatchObject([{ state: 'ok' }]);
  });

  it.each([undefined, 'Suspended'])('is failed when the status is %s', async (status) => {
    stage.bucket()['GET versioning'] = versioningStatus(status);

    expect(await stage.lines('state versions')).toMatchObject([
      {
        state: 'failed',
        fix: `aws s3api put-bucket-versioning --bucket ${BUCKET} --versioning-configuration Status=Enabled`,
      },
    ]);
  });

  it('is failed when S3 refuses', async () => {
    stage.bucket()['GET versioning'] = errorResponse(403, 'AccessDenied');

    expect(await stage.lines('state versions')).toMatchObject([
      {
        state: 'failed',
        text: 'not checked: the message of AccessDenied',
        fix: expect.stringContaining('s3:GetBucketVersioning'),
      },
    ]);
  });
});

describe('the line state access', () => {
  it('is ok when all public access is blocked', async () => {
    expect(await stage.lines('state access')).toMatchObject([{ state: 'ok' }]);
  });

  it.each(['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'])(
    'is failed when %s is off',
    async (name) => {
      stage.bucket()['GET publicAccessBlock'] = publicAccessBlock(name);

      expect(await stage.lines('state access')).toMatchObject([
        {
          state: 'failed',
          text: `public access is not blocked: ${name}`,
          fix: expect.stringContaining(`aws s3api put-public-access-block --bucket ${BUCKET}`),
        },
      ]);
    },
  );

  it('is failed when the bucket has no such configuration', async () => {
    const none = errorResponse(404, 'NoSuchPublicAccessBlockConfiguration');
    stage.bucket()['GET publicAccessBlock'] = none;

    expect(await stage.lines('state access')).toMatchObject([
      { state: 'failed', text: expect.stringContaining('public access is not blocked') },
    ]);
  });

  it('is failed when S3 refuses', async () => {
    stage.bucket()['GET publicAccessBlock'] = errorResponse(403, 'AccessDenied');

    expect(await stage.lines('state access')).toMatchObject([
      { state: 'failed', text: 'not checked: the message of AccessDenied' },
    ]);
  });
});

const WITH_TLS_VERSION = {
  Bool: { 'aws:SecureTransport': 'false' },
  NumericLessThan: { 's3:TlsVersion': '1.2' },
};

describe('the line state TLS', () => {
  it.each([
    ['one statement for everybody', {}],
    ['a list of principals', { Principal: { AWS: '*' } }],
    ['any resource', { Resource: '*' }],
    ['any action', { Action: ['*'] }],
    ['the value as a boolean', { Condition: { Bool: { 'aws:SecureTransport': false } } }],
    ['BoolIfExists', { Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } } }],
  ])('is ok for a policy with %s', async (_, changes) => {
    stage.bucket()['GET policy'] = tlsPolicy(changes);

    expect(await stage.lines('state TLS')).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['allows', { Effect: 'Allow' }],
    ['is for one role', { Principal: { AWS: 'arn:aws:iam::123456789012:role/ci' } }],
    ['is for one action', { Action: 's3:GetObject' }],
    ['is for another bucket', { Resource: 'arn:aws:s3:::other/*' }],
    ['is not for objects', { Resource: `arn:aws:s3:::${BUCKET}` }],
    ['is for requests with TLS', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['has a second condition', { Condition: WITH_TLS_VERSION }],
    ['has no condition', { Condition: {} }],
  ])('is failed for a policy whose statement %s', async (_, changes) => {
    stage.bucket()['GET policy'] = tlsPolicy(changes);

    expect(await stage.lines('state TLS')).toMatchObject([
      { state: 'failed', fix: expect.stringContaining('add this statement to the policy') },
    ]);
  });

  it('is failed for a bucket without a policy, with a command that puts one', async () => {
    stage.bucket()['GET policy'] = errorResponse(404, 'NoSuchBucketPolicy');

    const [line] = await stage.lines('state TLS');

    expect(line?.state).toBe('failed');
    const [, policy = ''] = /--policy '(.+)'$/.exec(line?.fix ?? '') ?? [];
    stage.bucket()['GET policy'] = { status: 200, body: policy };
    expect(await stage.lines('state TLS')).toMatchObject([{ state: 'ok' }]);
  });

  it('is failed when S3 refuses', async () => {
    stage.bucket()['GET policy'] = errorResponse(403, 'AccessDenied');

    expect(await stage.lines('state TLS')).toMatchObject([
      { state: 'failed', text: 'not checked: the message of AccessDenied' },
    ]);
  });
});
