import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIALS } from '#scripts/local/clients.ts';
import { type Ministack, startMinistack } from '#scripts/local/ministack.ts';
import { LOCAL_DIR, ROOT } from '#scripts/local/paths.ts';
import { freePort } from '#scripts/local/ports.ts';
import { runToLog } from '#scripts/local/run-to-log.ts';
import { moveToPort, restoreSnapshot, snapshotKey } from '#scripts/local/snapshot.ts';
import { terraformEnvironment } from '#scripts/local/terraform.ts';

/** Changes in a second plan that are faults of the local AWS. */
interface KnownDifference {
  /** Address of the resource. */
  address: string;
  attributes: readonly string[];
  reason: string;
}

/** Any other change is our fault. */
const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    address: 'module.app.module.api.aws_apigatewayv2_authorizer.this',
    attributes: ['jwt_configuration'],
    reason: 'returns an empty one for an authorizer that invokes a function',
  },
];

interface PlannedChange {
  address: string;
  change: {
    actions: string[];
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
  };
}

interface Plan {
  resource_changes?: PlannedChange[];
}

const GROUP = 'rez-agent-dev';
const ROLE = 'arn:aws:iam::000000000000:role/any';
/** Resources that Terraform does not manage. */
const AT_RUN_TIME = {
  'sched_20260301120000_ABCDEFGH-r1': 'cron(0 16 * * ? *)',
  'sched_20260301120000_BCDEFGHJ-r7': 'rate(1 day)',
  'made-by-hand': 'at(2099-01-01T00:00:00)',
};

const DIR = join(LOCAL_DIR, 'e2e-plan');
const VARIABLES = {
  dist_dir: join(ROOT, 'dist'),
  local_origins: 'http://127.0.0.1:9',
  ntfy_url: 'http://127.0.0.1:9/e2e',
  public_url: 'http://localhost:9',
};

describe('Terraform on the local stack', () => {
  let ministack: Ministack | undefined;

  /** The snapshot from which this run started is an applied stack. The test uses a copy of it. */
  beforeAll(async () => {
    rmSync(DIR, { recursive: true, force: true });
    const mark = restoreSnapshot(join(LOCAL_DIR, 'snapshots'), snapshotKey(ROOT), DIR);
    if (mark === undefined) throw new Error('there is no snapshot of this configuration');
    const port = await freePort();
    moveToPort(DIR, mark.port, port);
    ministack = await startMinistack({ dir: DIR, port });
  }, 60_000);

  afterAll(async () => {
    await ministack?.kill();
    rmSync(DIR, { recursive: true, force: true });
  });

  const terraform = async (...args: string[]): Promise<string> => {
    const logFile = join(DIR, `terraform-${Date.now()}.log`);
    const endpoint = ministack?.endpoint ?? '';
    await runToLog(join(ROOT, 'scripts', 'terraform.sh'), ['local', ...args], {
      cwd: ROOT,
      env: terraformEnvironment(endpoint, DIR, { ...VARIABLES, local_endpoint: endpoint }),
      logFile,
      timeoutMs: 120_000,
    });
    return readFileSync(logFile, 'utf8');
  };

  it('has an empty second plan, except for known faults of the local AWS', {
    timeout: 240_000,
  }, async () => {
    const planFile = join(DIR, 'second.plan');

    await terraform(
      'init',
      '-reconfigure',
      `-backend-config=path=${join(DIR, 'terraform.tfstate')}`,
    );
    // The snapshot may be older than the packages of this run.
    await terraform('apply', '-auto-approve');
    await terraform('plan', `-out=${planFile}`);
    const plan = JSON.parse(await terraform('show', '-json', planFile)) as Plan;

    const changes = (plan.resource_changes ?? []).filter(
      ({ change }) => change.actions.join() !== 'no-op' && change.actions.join() !== 'read',
    );
    const unknown = changes.flatMap(({ address, change: { actions, before, after } }) => {
      const allowed =
        KNOWN_DIFFERENCES.find((known) => known.address === address)?.attributes ?? [];
      const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
      const changed = [...names].filter(
        (name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]),
      );
      const isKnown = changed.length > 0 && changed.every((name) => allowed.includes(name));
      return isKnown ? [] : [`${address}: ${actions} ${changed}`];
    });
    const stale = KNOWN_DIFFERENCES.filter(
      (known) => !changes.some(({ address }) => address === known.address),
    );

    expect(plan.resource_changes?.length).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
    expect(stale).toEqual([]);
  });

  it('destroys schedules that were created at run time, too', {
    timeout: 120_000,
  }, async () => {
    const scheduler = new SchedulerClient({
      region: 'us-east-1',
      endpoint: ministack?.endpoint ?? '',
      credentials: CREDENTIALS,
    });
    const names = async () => {
      const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({}));
      return Schedules.map(({ GroupName, Name }) => `${GroupName}/${Name}`).sort();
    };
    const Target = { Arn: 'arn:aws:sqs:us-east-1:000000000000:any', RoleArn: ROLE };
    for (const [Name, ScheduleExpression] of Object.entries(AT_RUN_TIME)) {
      await scheduler.send(
        new CreateScheduleCommand({
          ...{ GroupName: GROUP, Name, ScheduleExpression, Target },
          FlexibleTimeWindow: { Mode: 'OFF' },
        }),
      );
    }
    expect(await names()).toEqual(
      expect.arrayContaining(Object.keys(AT_RUN_TIME).map((name) => `${GROUP}/${name}`)),
    );

    await terraform('destroy', '-auto-approve');

    expect(await names()).toEqual([]);
    const { ScheduleGroups = [] } = await scheduler.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups.map(({ Name }) => Name)).toEqual(['default']);
    scheduler.destroy();
  });
});

describe('a provider mirror with forged providers', () => {
  it.each(['envs/local', 'modules/queue'])(
    'never runs one of them in %s',
    {
      timeout: 120_000,
    },
    (folder) => {
      const mirror = mkdtempSync(join(tmpdir(), 'mirror-'));
      const version = execFileSync('terraform', ['version', '-json'], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
      const { platform } = JSON.parse(version) as { platform: string };
      for (const version of ['5.100.0', '5.101.0']) {
        const aws = join(mirror, 'registry.terraform.io/hashicorp/aws', version, platform);
        mkdirSync(aws, { recursive: true });
        const provider = `#!/bin/sh\ntouch '${mirror}/ran'\n`;
        writeFileSync(join(aws, `terraform-provider-aws_v${version}_x5`), provider, {
          mode: 0o755,
        });
      }

      const { status, stderr } = spawnSync('scripts/terraform.sh', [folder, 'validate'], {
        cwd: ROOT,
        encoding: 'utf8',
        env: { ...process.env, TF_PROVIDER_MIRROR: mirror, TF_DATA_DIR: join(mirror, 'data') },
      });

      expect(stderr).toContain("doesn't match any of the\nchecksums");
      expect(status).toBe(1);
      expect(existsSync(join(mirror, 'ran'))).toBe(false);
      rmSync(mirror, { recursive: true });
    },
  );
});
