import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch';
import { clientConfig } from '#lib/platform/aws.ts';
import type { Stage } from '#lib/platform/env.ts';
import type { Finding, Watch } from './watch-conditions.ts';

/** The one CloudWatch client of a process. */
export const cloudWatchClient = new CloudWatchClient(clientConfig());

/** The names of a stage's alarms: `rez-agent-<alarm>-<stage>`. Source: `terraform/modules/app/alarms.tf`. */
const PREFIX = 'rez-agent-';
/** A stage has fewer alarms. */
const MAX_ALARMS = 100;

/** Finds the alarms of a stage. An alarm without enough data stays as it was. */
export const watchAlarms =
  (stage: Stage): Watch =>
  async (isOn) => {
    const { MetricAlarms = [] } = await cloudWatchClient.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix: PREFIX, MaxRecords: MAX_ALARMS }),
    );
    return MetricAlarms.flatMap((alarm) => findingOf(alarm, stage, isOn));
  };

const findingOf = (
  {
    AlarmName = '',
    AlarmDescription = '',
    StateValue,
    StateTransitionedTimestamp: at,
  }: MetricAlarm,
  stage: Stage,
  isOn: (name: string) => boolean,
): Finding[] => {
  const end = `-${stage}`;
  if (!AlarmName.endsWith(end) || StateValue === 'INSUFFICIENT_DATA') return [];
  const alarm = AlarmName.slice(PREFIX.length, -end.length);
  const name = `alarm-${alarm}`;
  const on = StateValue === 'ALARM';
  if (on === isOn(name)) return [];
  const since = at === undefined ? {} : { sinceMs: at.getTime() };
  return [
    {
      ...{ name, on, ...since },
      push: on
        ? { title: `Alarm: ${alarm}`, message: AlarmDescription, priority: 'high' }
        : { title: `Over: ${alarm}`, message: 'The alarm is off again.', priority: 'low' },
    },
  ];
};
