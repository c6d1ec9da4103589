import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { watchRelease } from '#scripts/deploy/watch-release.ts';
import { virtualClock } from '#test/support/clock.ts';
import { intercept } from '#test/support/intercept.ts';

interface Query {
  Id: string;
  MetricStat: { Metric: { Dimensions: { Value: string }[] } };
}

/** Watches for five minutes, with these errors per function, and these alarms. */
const watch = async ({
  errors = {},
  alarms = [],
  forMs = 5 * MINUTE_MS,
}: {
  errors?: Record<string, number[]>;
  alarms?: { AlarmName: string; afterMs: number }[];
  forMs?: number;
}) => {
  const clock = virtualClock(Date.parse('2026-03-01T12:00:20.000Z'));
  const sinceMs = clock.now();
  const client = new CloudWatchClient({ region: 'us-east-1' });
  const starts: string[] = [];
  intercept(client, {
    service: 'cloudwatch',
    answer: (command, input) => {
      if (command === 'DescribeAlarms') {
        return {
          MetricAlarms: alarms.map(({ AlarmName, afterMs }) => ({
            AlarmName,
            StateTransitionedTimestamp: new Date(sinceMs + afterMs),
          })),
        };
      }
      const { StartTime, MetricDataQueries } = input as {
        StartTime: Date;
        MetricDataQueries: Query[];
      };
      starts.push(StartTime.toISOString());
      return {
        MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
          const [, resource] = MetricStat.Metric.Dimensions;
          return { Id, Values: errors[resource?.Value ?? ''] ?? [] };
        }),
      };
    },
  });
  const watching = watchRelease(client, sinceMs, {
    ...{ stage: 'prod', names: ['processor', 'web-api'], forMs, clock },
    sleep: async (ms) => void (await clock.advance(ms)),
  });
  return { watching, starts, passedMs: () => clock.now() - sinceMs };
};

describe('a release that is watched', () => {
  it('passes without errors and alarms after its time', async () => {
    const { watching, passedMs } = await watch({});

    await watching;

    expect(passedMs()).toBe(5 * MINUTE_MS);
  });

  it('is not watched for 0 minutes', async () => {
    const { watching, starts } = await watch({ forMs: 0 });

    await watching;

    expect(starts).toEqual([]);
  });

  it('counts errors of the alias from the next whole minute', async () => {
    const { watching, starts } = await watch({
      errors: { 'rez-agent-processor-prod:live': [1, 1] },
    });

    await expect(watching).rejects.toThrow('processor failed 2 times');
    expect(starts).toEqual(['2026-03-01T12:01:00.000Z']);
  });

  it('tolerates one error, which may come from a message that was bad before', async () => {
    const { watching } = await watch({ errors: { 'rez-agent-processor-prod:live': [0, 1] } });

    await watching;
  });

  it('fails at an alarm of its stage that began since it is live', async () => {
    const begun = await watch({
      alarms: [{ AlarmName: 'rez-agent-api-errors-prod', afterMs: 1 }],
    });
    const others = await watch({
      alarms: [
        { AlarmName: 'rez-agent-api-errors-stage', afterMs: 1 },
        { AlarmName: 'rez-agent-depth-prod', afterMs: -1 },
      ],
    });

    await expect(begun.watching).rejects.toThrow('the alarm rez-agent-api-errors-prod is on');
    await others.watching;
  });
});
