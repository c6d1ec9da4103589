import { describe, expect, it } from 'vitest';
import { cloudWatchClient, watchAlarms } from '#lib/engine/watch/watch-alarms.ts';
import { intercept } from '#test/support/intercept.ts';

interface Alarm {
  AlarmName: string;
  StateValue: string;
  AlarmDescription?: string;
  StateTransitionedTimestamp?: Date;
}

const AT = new Date('2026-03-01T11:58:00.000Z');

/** What the watch of stage prod finds for these alarms. */
const find = (alarms: Alarm[], on: readonly string[] = []) => {
  const inputs: object[] = [];
  intercept(cloudWatchClient, {
    service: 'cloudwatch',
    answer: (_command, input) => {
      inputs.push(input);
      return { MetricAlarms: alarms };
    },
  });
  return { found: watchAlarms('prod')((name) => on.includes(name)), inputs };
};

const alarm = (StateValue: string, name = 'rez-agent-depth-prod'): Alarm => ({
  ...{ AlarmName: name, StateValue, StateTransitionedTimestamp: AT },
  AlarmDescription: 'Many pushes wait. Runbook: depth',
});

describe('watchAlarms', () => {
  it('finds an alarm that went on, since its transition, with its description', async () => {
    const { found, inputs } = find([alarm('ALARM')]);

    expect(await found).toEqual([
      {
        ...{ name: 'alarm-depth', on: true, sinceMs: AT.getTime() },
        push: {
          title: 'Alarm: depth',
          message: 'Many pushes wait. Runbook: depth',
          priority: 'high',
        },
      },
    ]);
    expect(inputs).toEqual([{ AlarmNamePrefix: 'rez-agent-', MaxRecords: 100 }]);
  });

  it('finds an alarm that went off after it was reported', async () => {
    const { found } = find([alarm('OK')], ['alarm-depth']);

    expect(await found).toMatchObject([{ name: 'alarm-depth', on: false }]);
  });

  it('finds nothing for an alarm that was never on, stays on, has no data or is of another stage', async () => {
    const quiet = find([alarm('OK'), alarm('ALARM', 'rez-agent-depth-stage')]);
    const same = find([alarm('ALARM')], ['alarm-depth']);
    const unknown = find([alarm('INSUFFICIENT_DATA')], ['alarm-depth']);

    for (const { found } of [quiet, same, unknown]) expect(await found).toEqual([]);
  });
});
