import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';
import { line } from '#scripts/printable.ts';

/** One error can be a message that was bad before. Count per function. */
const TOLERATED_ERRORS = 1;
/** CloudWatch shows the metrics of Lambda by the minute, about a minute late. */
const POLL_MS = MINUTE_MS / 2;

export interface ReleaseWatch {
  stage: string;
  /** Folder names of the functions. */
  names: readonly string[];
  /** Milliseconds; 0 watches nothing. */
  forMs: number;
  clock: Pick<Clock, 'now'>;
  sleep: (ms: number) => Promise<void>;
}

/**
 * Watches a release since it is live: the errors of each function, called through its alias, and the alarms of the stage.
 * The minute in which the aliases moved does not count, because it contains calls of the versions before.
 * @throws Error that names the functions with errors, or the alarms
 */
export const watchRelease = async (
  cloudwatch: Pick<CloudWatchClient, 'send'>,
  sinceMs: number,
  { stage, names, forMs, clock, sleep }: ReleaseWatch,
): Promise<void> => {
  const endMs = sinceMs + forMs;
  const fromMs = Math.ceil(sinceMs / MINUTE_MS) * MINUTE_MS;
  while (clock.now() < endMs) {
    await sleep(Math.min(POLL_MS, endMs - clock.now()));
    const problems = [
      ...(await errorsSince(cloudwatch, fromMs, { stage, names, nowMs: clock.now() })),
      ...(await alarmsSince(cloudwatch, sinceMs, stage)),
    ];
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }
};

const errorsSince = async (
  cloudwatch: Pick<CloudWatchClient, 'send'>,
  fromMs: number,
  { stage, names, nowMs }: { stage: string; names: readonly string[]; nowMs: number },
): Promise<string[]> => {
  if (nowMs <= fromMs) return [];
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(fromMs),
      EndTime: new Date(nowMs),
      MetricDataQueries: names.map((name, n) => ({
        Id: `errors_${n}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Lambda',
            MetricName: 'Errors',
            Dimensions: [
              { Name: 'FunctionName', Value: `rez-agent-${name}-${stage}` },
              { Name: 'Resource', Value: `rez-agent-${name}-${stage}:live` },
            ],
          },
          Period: 60,
          Stat: 'Sum',
        },
      })),
    }),
  );
  return names.flatMap((name, n) => {
    const values = MetricDataResults.find(({ Id }) => Id === `errors_${n}`)?.Values ?? [];
    const errors = values.reduce((sum, value) => sum + value, 0);
    return errors > TOLERATED_ERRORS ? [line`${name} failed ${String(errors)} times`] : [];
  });
};

const alarmsSince = async (
  cloudwatch: Pick<CloudWatchClient, 'send'>,
  sinceMs: number,
  stage: string,
): Promise<string[]> => {
  const alarms: MetricAlarm[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudwatch.send(
      new DescribeAlarmsCommand({
        AlarmNamePrefix: 'rez-agent-',
        StateValue: 'ALARM',
        AlarmTypes: ['MetricAlarm'],
        NextToken,
      }),
    );
    alarms.push(...(page.MetricAlarms ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return alarms
    .filter(({ AlarmName }) => AlarmName?.endsWith(`-${stage}`))
    .filter(({ StateTransitionedTimestamp: at }) => (at?.getTime() ?? 0) >= sinceMs)
    .map(({ AlarmName = '' }) => line`the alarm ${AlarmName} is on`);
};
