import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';

export const BUCKET = 'the-state';

/** What S3 responds about the bucket. */
export interface BucketResponse {
  status: number;
  body?: string;
}

const PUBLIC_ACCESS = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
];

/** The response for a bucket that blocks public access, except for these settings. */
export const publicAccessBlock = (...open: string[]): BucketResponse => ({
  status: 200,
  body: `<PublicAccessBlockConfiguration>${PUBLIC_ACCESS.map(
    (name) => `<${name}>${!open.includes(name)}</${name}>`,
  ).join('')}</PublicAccessBlockConfiguration>`,
});

export const versioningStatus = (status?: string): BucketResponse => ({
  status: 200,
  body: `<VersioningConfiguration>${status === undefined ? '' : `<Status>${status}</Status>`}</VersioningConfiguration>`,
});

export const errorResponse = (status: number, code: string): BucketResponse => ({
  status,
  body: `<Error><Code>${code}</Code><Message>the message of ${code}</Message></Error>`,
});

/** A policy with one statement that refuses requests without TLS, changed by `changes`. */
export const tlsPolicy = (changes: object = {}): BucketResponse => ({
  status: 200,
  body: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        ...changes,
      },
    ],
  }),
});

/** The request of S3 by its method and subresource: `HEAD`, `GET versioning`, `GET publicAccessBlock`, `GET policy`. */
export type BucketResponses = Record<string, BucketResponse>;

export const HEALTHY_BUCKET: BucketResponses = {
  HEAD: { status: 200 },
  'GET versioning': versioningStatus('Enabled'),
  'GET publicAccessBlock': publicAccessBlock(),
  'GET policy': tlsPolicy(),
};

/** An S3 on this machine with one bucket. The responses can be replaced. */
export const startFakeBucket = async () => {
  const responses: BucketResponses = {};
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [subresource = ''] = [...searchParams.keys()].filter((key) => key !== 'x-id');
    const found = responses[`${request.method} ${subresource}`.trim()];
    const { status, body = '' } =
      found !== undefined && pathname.startsWith(`/${BUCKET}`)
        ? found
        : errorResponse(404, 'NoSuchBucket');
    response.writeHead(status).end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ region: 'us-east-1', forcePathStyle: true, maxAttempts: 1 },
  });
  return {
    s3,
    responses,
    reset: () => Object.assign(responses, HEALTHY_BUCKET),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
