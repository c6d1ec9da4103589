import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import type { CheckLine } from '#scripts/doctor/check.ts';
import { type DoctorPorts, diagnose } from '#scripts/doctor/diagnose.ts';
import { stageReader } from '#scripts/doctor/stage-reader.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { startFakeApi } from '#test/scripts/fake-api.ts';
import { intercept } from '#test/support/intercept.ts';
import { schedulesWorld } from '#test/support/schedules.ts';
import { installSecretsManager, type SecretsManager } from '#test/support/secrets-manager.ts';
import { installSsm, type Ssm } from '#test/support/ssm.ts';

import { BUCKET, startFakeBucket } from './fake-bucket.ts';

export const TOPIC = 'canary5X0VZ2QK8T3M';

/** What AWS returns, and what a test can change. */
interface Account {
  executions: number | undefined;
  waitSeconds: string;
  publicUrl: string;
  pools: number;
  identityError?: Error;
  lambdaError?: Error;
}

const HEALTHY: Account = {
  executions: 1_000,
  waitSeconds: '25',
  publicUrl: 'https://platform.example',
  pools: 3,
};

/**
 * A healthy stage `dev` in memory, below the real clients of AWS, with an S3 and an ntfy server on this machine. It is
 * healthy again before each test. Call it once per file.
 */
export const healthyStage = () => {
  const world = schedulesWorld();
  const account = { ...HEALTHY };
  const ntfy = { status: 200, body: { healthy: true } as unknown };
  const roots = mkdtempSync(join(tmpdir(), 'rez-agent-doctor-'));
  let bucket: Awaited<ReturnType<typeof startFakeBucket>>;
  let server: Awaited<ReturnType<typeof startFakeApi>>;
  let ssm: Ssm;
  let secrets: SecretsManager;

  const sts = new STSClient({ region: 'us-east-1' });
  intercept(sts, {
    service: 'sts',
    answer: () => {
      if (account.identityError) throw account.identityError;
      return { Arn: 'arn:aws:iam::123456789012:user/ada', Account: '123456789012' };
    },
  });
  const lambda = new LambdaClient({ region: 'us-east-1' });
  intercept(lambda, {
    service: 'lambda',
    answer: (command, input) => {
      if (account.lambdaError) throw account.lambdaError;
      if (command === 'GetAccountSettings') {
        return { AccountLimit: { ConcurrentExecutions: account.executions } };
      }
      const { FunctionName } = input as { FunctionName: string };
      const Variables =
        FunctionName === 'rez-agent-mcp-dev'
          ? { MCP_MAX_WAIT_SECONDS: account.waitSeconds }
          : { PUBLIC_URL: account.publicUrl };
      return { Environment: { Variables } };
    },
  });
  const cognito = new CognitoIdentityProviderClient({ region: 'us-east-1' });
  intercept(cognito, {
    service: 'cognito',
    answer: (_command, input) => {
      const { NextToken = '0', MaxResults } = input as { NextToken?: string; MaxResults: number };
      const end = Number(NextToken) + MaxResults;
      return {
        UserPools: Array.from({ length: Math.min(end, account.pools) - Number(NextToken) }, () => ({
          Name: 'pool',
        })),
        ...(end < account.pools ? { NextToken: String(end) } : {}),
      };
    },
  });

  beforeAll(async () => {
    bucket = await startFakeBucket();
    server = await startFakeApi(() => ntfy);
  });
  afterAll(async () => {
    rmSync(roots, { recursive: true, force: true });
    await Promise.all([bucket.stop(), server.stop()]);
  });
  beforeEach(() => {
    world.reset();
    bucket.reset();
    for (const key of Object.keys(account)) delete account[key as keyof Account];
    Object.assign(account, HEALTHY);
    Object.assign(ntfy, { status: 200, body: { healthy: true } });
    copyRoots(roots);
    ssm = installSsm({
      ...{ 'ntfy-url': `${server.platform.apiUrl}/${TOPIC}`, 'ntfy-token': 'none' },
      ...{ 'cursor-key': 'c', 'oauth-key': 'o', contact: 'ada@example.org', home: '1,2' },
      ...Object.fromEntries(FLAG_NAMES.map((name) => [`flags/${name}`, 'on'])),
    });
    secrets = installSecretsManager({ 'rez-agent/golf/credentials-dev': '{}' });
    return () => {
      ssm.uninstall();
      secrets.uninstall();
    };
  });

  const ports = (): DoctorPorts => ({
    target: {
      ...{ stage: 'dev', label: 'stage dev', region: 'us-east-1', isLocal: false },
      call: 'make doctor STAGE=dev',
    },
    ...{ sts, lambda, s3: bucket.s3, cognito, ssm: new SSMClient({ region: 'us-east-1' }) },
    stateBucket: BUCKET,
    reader: async () =>
      stageReader({ clock: world.clock, localOrigins: async () => [server.platform.apiUrl] }),
    terraform: {
      version: async () => JSON.stringify({ terraform_version: '1.11.4' }),
      roots,
    },
  });

  return {
    world,
    account,
    ntfy,
    roots,
    ports,
    bucket: () => bucket.responses,
    server: () => server,
    parameters: () => ssm.parameters,
    ssm: () => ssm,
    secrets: () => secrets,
    /** The target of a report about the local platform. */
    localTarget: () => ({ ...ports().target, label: 'the local platform', isLocal: true }),
    /** Every line of the report, with other ports where given. */
    diagnose: (changes: Partial<DoctorPorts> = {}) => diagnose({ ...ports(), ...changes }),
    /** The lines with this name. */
    lines: async (name: string, changes: Partial<DoctorPorts> = {}): Promise<CheckLine[]> =>
      (await diagnose({ ...ports(), ...changes })).filter((line) => line.name === name),
    /** The error of AWS for a caller without a permission. */
    accessDenied: () =>
      Object.assign(new Error('User ada is not authorized'), { name: 'AccessDeniedException' }),
  };
};

const copyRoots = (folder: string) => {
  rmSync(folder, { recursive: true, force: true });
  const envs = join(ROOT, 'terraform', 'envs');
  for (const file of globSync('*/{*.tf,.terraform.lock.hcl}', { cwd: envs })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(envs, file), join(folder, file));
  }
};
