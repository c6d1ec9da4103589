import type { GrantedPermission } from '#test/support/iam/policy.ts';
import { queues } from '#test/support/terraform.ts';

/** A permission that the end-to-end tests do not use, with its reason. */
export interface Uncalled {
  action: string;
  /** The functions that have it. Default: any. */
  names?: readonly string[];
  /** The end of its resource. Default: any. */
  on?: string;
  because: string;
}

const POLLS = 'Lambda reads the queue with the role of the function';
const CONSUMERS = queues().map(({ consumer }) => consumer);
const LOGS = 'Lambda writes the logs with the role of the function';

export const UNCALLED: readonly Uncalled[] = [
  { action: 'logs:CreateLogStream', because: LOGS },
  { action: 'logs:PutLogEvents', because: LOGS },
  { action: 'sqs:ReceiveMessage', names: CONSUMERS, because: POLLS },
  { action: 'sqs:DeleteMessage', names: CONSUMERS, because: POLLS },
  { action: 'sqs:GetQueueAttributes', names: CONSUMERS, because: POLLS },
  {
    action: 'sns:Publish',
    names: ['sweeper'],
    on: ':rez-agent-schedule-creation-dev',
    because: 'a lost wake-up is published again, whatever its type: test/e2e/lost-wake-ups.test.ts',
  },
  {
    action: 'sns:Publish',
    names: ['processor'],
    on: ':rez-agent-messages-dev',
    because: 'a job may have children of every type that the processor runs',
  },
  {
    action: 'dynamodb:Query',
    names: ['sweeper'],
    on: '/index/stage-created_date-index',
    because:
      'an hour is recounted after it has ended, which may not happen during the tests: test/lib/engine/sweep/recount-hours.test.ts',
  },
  {
    action: 'cloudwatch:DescribeAlarms',
    names: ['sweeper'],
    because: 'the local AWS has no alarms: test/lib/engine/watch/watch-alarms.test.ts',
  },
  {
    action: 'dynamodb:PutItem',
    names: ['sweeper'],
    on: ':table/rez-agent-metrics-dev',
    because:
      'no condition may change during the tests: test/lib/engine/watch/watch-conditions.test.ts',
  },
  { action: 'kms:Decrypt', because: 'SSM decrypts with the role of the reader' },
];

/** Whether an entry describes a permission. */
export const describes = (
  { action, names, on = '' }: Uncalled,
  permission: Pick<GrantedPermission, 'name' | 'action' | 'resource'>,
): boolean =>
  action === permission.action &&
  (names?.includes(permission.name) ?? true) &&
  permission.resource.endsWith(on);
