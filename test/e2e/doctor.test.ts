import { DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventBridgeName } from '#lib/schedules/schedule.ts';
import { CREDENTIALS } from '#scripts/local/clients.ts';
import { scheduleCalled, schedulesOf } from '#scripts/local/fire.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { run } from '#scripts/test/run.ts';
import { openScene, type Scene } from './support/scene.ts';

const COMMAND_MS = 20_000;
const GROUP = 'rez-agent-dev';
/** The tick of every minute may repair the schedule before the command reads it. */
const MAX_TRIES = 3;

describe('make doctor', () => {
  let scene: Scene;
  let scheduler: SchedulerClient;

  beforeAll(async () => {
    scene = await openScene();
    // Other files leave schedules that the reconciler has not seen yet.
    await scene.sweep();
    const { endpoint } = inject('platform');
    scheduler = new SchedulerClient({ endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  });

  afterAll(async () => {
    await scene.setFlag('web-actions', 'on');
    await scene.sweep();
    scheduler.destroy();
    await scene.close();
  });

  const doctor = async () => {
    const { code, output } = await run(['node', 'scripts/doctor.ts'], {
      cwd: ROOT,
      env: {
        ...{ STAGE: 'dev', STATE_BUCKET: '', AWS_PROFILE: '', AWS_REGION: 'us-east-1' },
        AWS_ENDPOINT_URL: inject('platform').endpoint,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      },
      signal: AbortSignal.timeout(COMMAND_MS),
    });
    const of = (state: string) =>
      output.split('\n').flatMap((line) => new RegExp(`^${state} +(.+?)  +`).exec(line)?.[1] ?? []);
    return { code, output, ok: of('ok'), failed: of('failed') };
  };

  it('has no failed line for a healthy platform, and prints no secret', async () => {
    const { code, output, ok, failed } = await doctor();

    expect(failed).toEqual([]);
    expect(code).toBe(0);
    expect(ok).toContain('schedules');
    expect(ok).toContain('ntfy');
    expect(output).not.toContain(scene.topic);
    expect(output).not.toContain('\u001b');
  });

  it('has a failed line for a bad flag and one for a deleted schedule, until both are repaired', async () => {
    const schedule = scheduleCalled('daily-hello', await schedulesOf(scene.clients.dynamodb));
    const Name = eventBridgeName(schedule);

    await scene.setFlag('web-actions', 'maybe');
    const withoutSchedule = async (tries: number): ReturnType<typeof doctor> => {
      await scheduler.send(new DeleteScheduleCommand({ GroupName: GROUP, Name }));
      const report = await doctor();
      const isRepaired = !report.failed.includes('schedules');
      return isRepaired && tries > 1 ? withoutSchedule(tries - 1) : report;
    };
    const broken = await withoutSchedule(MAX_TRIES);
    await scene.setFlag('web-actions', 'on');
    await scene.sweep();
    const repaired = await doctor();

    expect(broken.failed).toEqual(['flag web-actions', 'schedules']);
    expect(broken.output).toContain(`${Name} is missing in EventBridge`);
    expect(broken.code).toBe(1);
    expect(repaired.failed).toEqual([]);
    expect(repaired.code).toBe(0);
  });
});
