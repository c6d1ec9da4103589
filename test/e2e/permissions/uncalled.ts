import type { Permission } from '#test/support/iam/policy.ts';

/** A permission that the end-to-end tests do not use, and why it is there all the same. */
export interface Uncalled {
  action: string;
  /** Functions that it is for. Default: any. */
  names?: readonly string[];
  /** End of the resource. Default: any. */
  on?: string;
  because: string;
}

const POLLS = 'the service takes from the queue in the name of the function';
const CONSUMERS = ['notification', 'processor', 'scheduler'];
const LOGS = 'the runtime writes what the function prints';

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
  { action: 'kms:Decrypt', because: 'SSM decrypts in the name of whoever reads a SecureString' },
];

/** Whether an entry speaks of a permission. */
export const speaksOf = (
  { action, names, on = '' }: Uncalled,
  permission: Pick<Permission, 'name' | 'action' | 'resource'>,
): boolean =>
  action === permission.action &&
  (names?.includes(permission.name) ?? true) &&
  permission.resource.endsWith(on);
