/** The bucket of Terraform's state, which contains the addresses of all resources. */
import {
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Check, CheckLine } from './check.ts';
import type { DoctorTarget } from './target.ts';

type S3 = Pick<S3Client, 'send'>;

/** @param bucket the value of `STATE_BUCKET` */
export const stateBucketChecks = (
  s3: S3,
  bucket: string | undefined,
  { stage, region, isLocal, call }: DoctorTarget,
): Check[] => {
  if (isLocal) {
    return [
      always({
        state: 'ok',
        name: 'state bucket',
        text: 'not needed: a local platform keeps its state in a file',
      }),
    ];
  }
  if (bucket === undefined || bucket === '') {
    return [
      always({
        state: 'warning',
        name: 'state bucket',
        text: 'not checked: STATE_BUCKET is not set',
        fix: `STATE_BUCKET=<name of the bucket> make doctor STAGE=${stage}`,
      }),
    ];
  }
  const check = (name: string, action: string, run: () => Promise<Omit<CheckLine, 'name'>>) => ({
    name,
    fix: `${call} with credentials that may call s3:${action}`,
    run: async () => [{ name, ...(await run()) }],
  });
  return [
    check('state bucket', 'ListBucket', () => existence(s3, bucket, region)),
    check('state versions', 'GetBucketVersioning', () => versioning(s3, bucket)),
    check('state access', 'GetBucketPublicAccessBlock', () => publicAccess(s3, bucket)),
    check('state TLS', 'GetBucketPolicy', () => tls(s3, bucket)),
  ];
};

const always = (line: CheckLine): Check => ({ name: line.name, fix: '', run: async () => [line] });

const existence = async (s3: S3, Bucket: string, region: string) => {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
    return { state: 'ok', text: `${Bucket} exists in ${region}` } as const;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) {
      return {
        state: 'failed',
        text: `${Bucket} does not exist`,
        fix: `aws s3 mb s3://${Bucket} --region ${region}`,
      } as const;
    }
    if (status === 301) {
      return {
        state: 'failed',
        text: `${Bucket} is in another region than ${region}`,
        fix: `aws s3api get-bucket-location --bucket ${Bucket}; then set AWS_REGION`,
      } as const;
    }
    // The response to HeadBucket has no body that says why.
    if (status === 403)
      throw new Error(`${Bucket} belongs to another account, or access is denied`);
    throw error;
  }
};

const versioning = async (s3: S3, Bucket: string) => {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  if (Status === 'Enabled') {
    return { state: 'ok', text: 'old states are kept' } as const;
  }
  return {
    state: 'failed',
    text: 'the bucket is not versioned, so a damaged state cannot be restored',
    fix: `aws s3api put-bucket-versioning --bucket ${Bucket} --versioning-configuration Status=Enabled`,
  } as const;
};

const PUBLIC_ACCESS = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const;

const publicAccess = async (s3: S3, Bucket: string) => {
  const { PublicAccessBlockConfiguration: block = {} } = await s3
    .send(new GetPublicAccessBlockCommand({ Bucket }))
    .catch(emptyFor('NoSuchPublicAccessBlockConfiguration'));
  const open = PUBLIC_ACCESS.filter((name) => block[name] !== true);
  if (open.length === 0) return { state: 'ok', text: 'public access is blocked' } as const;
  return {
    state: 'failed',
    text: `public access is not blocked: ${open.join(', ')}`,
    fix: `aws s3api put-public-access-block --bucket ${Bucket} --public-access-block-configuration ${PUBLIC_ACCESS.map((name) => `${name}=true`).join(',')}`,
  } as const;
};

const tls = async (s3: S3, Bucket: string) => {
  const { Policy = '{}' } = await s3
    .send(new GetBucketPolicyCommand({ Bucket }))
    .catch(emptyFor('NoSuchBucketPolicy'));
  if (requiresTls(JSON.parse(Policy), Bucket)) {
    return { state: 'ok', text: 'requests without TLS are refused' } as const;
  }
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: resourcesOf(Bucket),
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const hasPolicy = Policy !== '{}';
  return {
    state: 'failed',
    text: 'the policy of the bucket does not refuse requests without TLS',
    fix: hasPolicy
      ? `add this statement to the policy, with aws s3api put-bucket-policy: ${JSON.stringify(statement)}`
      : `aws s3api put-bucket-policy --bucket ${Bucket} --policy '${JSON.stringify({ Version: '2012-10-17', Statement: [statement] })}'`,
  } as const;
};

const resourcesOf = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

interface Policy {
  Statement?: Statement | Statement[];
}

interface Statement {
  Effect?: string;
  Principal?: unknown;
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** Whether one statement refuses every request for the objects of the bucket that does not use TLS. */
const requiresTls = ({ Statement = [] }: Policy, bucket: string): boolean =>
  [Statement].flat().some(({ Effect, Principal, Action, Resource, Condition = {} }) => {
    const isEverybody = Principal === '*' || (Principal as { AWS?: unknown })?.AWS === '*';
    const [, objects = ''] = resourcesOf(bucket);
    // A second condition would narrow the statement.
    const conditions = Object.entries(Condition).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, value]) => `${operator} ${key} ${value}`.toLowerCase()),
    );
    return (
      Effect === 'Deny' &&
      isEverybody &&
      [Action].flat().some((one) => one === 's3:*' || one === '*') &&
      [Resource].flat().some((one) => one === objects || one === '*') &&
      conditions.length === 1 &&
      /^bool(ifexists)? aws:securetransport false$/.test(conditions[0] ?? '')
    );
  });

const emptyFor =
  (name: string) =>
  (error: unknown): Record<string, never> => {
    if (error instanceof Error && error.name === name) return {};
    throw error;
  };

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } })?.$metadata?.httpStatusCode;
