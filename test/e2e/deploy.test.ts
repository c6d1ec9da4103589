import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { deploymentClients, deploymentPorts } from '#scripts/deploy/deployment-ports.ts';
import type { Release, Versions } from '#scripts/deploy/release-record.ts';
import { CREDENTIALS, nameOf, STAGE } from '#scripts/local/clients.ts';
import { ROOT } from '#scripts/local/paths.ts';
import type { DriverOptions } from './support/deploy-driver.ts';
import { hasten } from './support/hasten.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

/** The functions that the releases of these tests change. */
const CHANGED = ['processor', 'web-api'];
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const ROLLBACK_LIMIT_MS = 30_000;

describe('deployments of a stage', () => {
  let scene: Scene;
  const environments = new Map<string, Record<string, string>>();
  const started = new Set<ChildProcess>();

  const environment = () => ({
    PATH: process.env.PATH ?? '',
    AWS_ENDPOINT_URL: inject('platform').endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });

  const ports = () => {
    const { lambda } = scene.clients;
    const config = {
      endpoint: inject('platform').endpoint,
      region: 'us-east-1',
      credentials: CREDENTIALS,
    };
    const clients = { ...deploymentClients(config), lambda };
    return deploymentPorts(clients, { stage: STAGE, names: CHANGED, what: 'a test' });
  };

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
    const { lambda } = scene.clients;
    for (const name of CHANGED) {
      const latest = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: nameOf(name) }),
      );
      environments.set(name, latest.Environment?.Variables ?? {});
    }
  });

  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    started.clear();
  });

  /** Later files get the functions as they were, at the newest version. */
  afterAll(async () => {
    const { lambda } = scene.clients;
    for (const name of CHANGED) {
      const FunctionName = nameOf(name);
      const Variables = environments.get(name);
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
      );
      const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
      await lambda.send(
        new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }),
      );
    }
    await forget('lock', 'json');
    await scene.close();
  });

  /** Deletes objects of the deployments. */
  const forget = async (...ends: string[]) => {
    const { endpoint } = inject('platform');
    const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
    const Bucket = `rez-agent-artefacts-${STAGE}-000000000000`;
    for (const end of ends) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: `releases/${STAGE}.${end}` }));
    }
  };

  const startProcess = (args: string[], more: Record<string, string> = {}) => {
    const child = spawn(NODE, args, { cwd: ROOT, env: { ...environment(), ...more } });
    started.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
      child.once('close', (code) => resolve({ code, output }));
    });
    return { child, ended, output: () => output };
  };

  const startDeployment = (options: Partial<DriverOptions> & Pick<DriverOptions, 'release'>) => {
    const all: DriverOptions = {
      environment: Object.fromEntries(CHANGED.map((name) => [name, { RELEASE: options.release }])),
      messageTimeoutMs: 20_000,
      ...options,
    };
    return startProcess(['test/e2e/support/deploy-driver.ts', JSON.stringify(all)]);
  };

  const deploy = (options: Parameters<typeof startDeployment>[0]) => startDeployment(options).ended;

  /** The command that an operator runs. */
  const rollBack = async (to = '') => {
    const startMs = Date.now();
    const { code, output } = await startProcess(['scripts/rollback.ts'], { STAGE, TO: to }).ended;
    return { code, output, tookMs: Date.now() - startMs };
  };

  const live = async (): Promise<Versions> => (await ports()).aliases.read();
  const releases = async (): Promise<Release[]> => (await ports()).record.read();
  const liveRelease = async (name: string) => {
    const { Environment } = await scene.clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: nameOf(name), Qualifier: 'live' }),
    );
    return Environment?.Variables?.RELEASE;
  };
  const post = (run: string) =>
    scene.api('/api/messages', {
      message_type: 'manual',
      correlation_id: run,
      payload: { message: run },
    });

  it('make a good release live as a whole, after its push has arrived', async () => {
    const { code, output } = await deploy({ release: 'good-1' });

    expect([code, output]).toEqual([
      0,
      'apply\napplied\nprobe\nmove\nmove the rest\nmessage\nwatch\n',
    ]);
    expect(await Promise.all(CHANGED.map(liveRelease))).toEqual(['good-1', 'good-1']);
    const [release] = await releases();
    expect(release).toMatchObject({ id: 'good-1', outcome: 'good', versions: await live() });
    const pushes = scene.ntfy.phone(scene.topic).map(({ message }) => message);
    expect(pushes).toContain('Release good-1 is live.');
  });

  it('keep the old release live when a probe fails', async () => {
    const before = await live();

    const { code, output } = await deploy({
      release: 'broken',
      environment: { 'web-api': { RELEASE: 'broken', MESSAGES_TABLE: '' } },
    });

    expect(code).toBe(1);
    expect(output).toContain('web-api version');
    expect(output).toContain('All aliases point to the versions before.');
    expect(await live()).toEqual(before);
    expect((await releases())[0]).toMatchObject({ id: 'broken', outcome: 'failed' });
    // What `web-api` had before this release.
    await deploy({
      release: 'repaired',
      environment: { 'web-api': { RELEASE: 'repaired', ...tableOf('web-api') } },
    });
    expect((await releases())[0]).toMatchObject({ id: 'repaired', outcome: 'good' });
  });

  /** The variables that a test breaks, as they were. */
  const addressOf = (name: string) => ({
    AWS_ENDPOINT_URL: environments.get(name)?.AWS_ENDPOINT_URL ?? '',
  });
  const tableOf = (name: string) => ({
    MESSAGES_TABLE: environments.get(name)?.MESSAGES_TABLE ?? '',
  });

  it('move back from a release that fails after the switch, and lose no message', {
    timeout: 120_000,
  }, async () => {
    const before = await live();
    const run = newRun('deployed');

    const deployment = startDeployment({
      release: 'no-aws',
      // Nothing listens there. An empty batch needs no call, so the probe succeeds.
      environment: { processor: { RELEASE: 'no-aws', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } },
      messageTimeoutMs: 6_000,
    });
    await scene.eventually(
      'the switch',
      {},
      async () => (await liveRelease('processor')) === 'no-aws',
    );
    for (let n = 0; n < 5; n += 1) await post(run);
    const { code, output } = await deployment.ended;

    expect(code).toBe(1);
    expect(output).toContain('did not end within 6 s');
    expect(await live()).toEqual(before);
    // The release before finds the rows that the bad one could not read.
    const backMs = Date.now();
    await scene.eventually('all messages', { runs: [run], timeoutMs: 100_000 }, async () => {
      await hasten(scene.rows, run, backMs);
      await scene.sweep();
      const rows = await scene.rows.ofRun(run);
      return rows.length === 10 && rows.every(({ status }) => status === 'completed');
    });
    await deploy({
      release: 'repaired-2',
      environment: { processor: { RELEASE: 'repaired-2', ...addressOf('processor') } },
    });
    expect((await releases())[0]).toMatchObject({ id: 'repaired-2', outcome: 'good' });
  });

  it('of two at once let one through, which names itself to the other', async () => {
    const one = startDeployment({ release: 'one', waitsBefore: 'probe' });
    await scene.eventually('the lock', {}, () => one.output().includes('probe'));

    const two = await deploy({ release: 'two' });

    expect(two.code).toBe(1);
    expect(two.output).toMatch(/dev is locked since .* make deploy by .*make rollback STAGE=dev/);
    expect((await releases())[0]).toMatchObject({ id: 'one', outcome: 'deploying' });
  });

  it.for(['apply', 'applied', 'probe', 'move', 'move the rest', 'message', 'watch'])(
    'that are killed before "%s" are followed by a rollback to the good release',
    async (step) => {
      await rollBack();
      const before = await live();
      const deployment = startDeployment({ release: `killed-${step}`, waitsBefore: step });
      await scene.eventually(step, {}, () => deployment.output().endsWith(`${step}\n`));
      deployment.child.kill('SIGKILL');
      await deployment.ended;

      const { code, output } = await rollBack();

      expect([code, output]).toEqual([0, expect.stringContaining('took the lock of make deploy')]);
      expect(await live()).toEqual(before);
      expect((await releases())[0]).toMatchObject({ id: `killed-${step}`, outcome: 'left' });
    },
  );

  it('are rolled back after two bad releases, by one command, within 30 seconds', async () => {
    await forget('lock', 'json');
    for (const release of ['fine', 'bad-1', 'bad-2']) await deploy({ release });

    const { code, output, tookMs } = await rollBack('fine');

    expect([code, output]).toEqual([0, expect.stringContaining('dev runs release fine')]);
    expect(tookMs).toBeLessThan(ROLLBACK_LIMIT_MS);
    expect(await Promise.all(CHANGED.map(liveRelease))).toEqual(['fine', 'fine']);
    const listed = await startProcess(['scripts/releases.ts'], { STAGE }).ended;
    expect(listed.output).toMatch(/ {2}bad-2 {2}left .*\n {2}bad-1 {2}left .*\n→ fine {2}good/);
  });
});
