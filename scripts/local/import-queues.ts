/**
 * Creates the queues of a plan by API, so that Terraform imports them. The AWS provider waits 25 seconds for every queue
 * that it creates, but does not wait for one that it imports.
 */
import { CreateQueueCommand, type QueueAttributeName, type SQSClient } from '@aws-sdk/client-sqs';

/** The part of `terraform show -json <plan>` that is used here. */
export interface TerraformPlan {
  resource_changes?: {
    address: string;
    mode: string;
    type: string;
    change: { actions: string[]; after: Record<string, unknown> | null };
  }[];
}

const ATTRIBUTES: Readonly<Record<string, QueueAttributeName>> = {
  delay_seconds: 'DelaySeconds',
  max_message_size: 'MaximumMessageSize',
  message_retention_seconds: 'MessageRetentionPeriod',
  policy: 'Policy',
  receive_wait_time_seconds: 'ReceiveMessageWaitTimeSeconds',
  redrive_allow_policy: 'RedriveAllowPolicy',
  redrive_policy: 'RedrivePolicy',
  sqs_managed_sse_enabled: 'SqsManagedSseEnabled',
  visibility_timeout_seconds: 'VisibilityTimeout',
};

export interface PlannedQueue {
  address: string;
  name: string;
  attributes: Partial<Record<QueueAttributeName, string>>;
  tags: Record<string, string>;
}

/** The queues that a plan creates. Dead-letter queues come before the queues that refer to them. */
export const plannedQueues = (plan: TerraformPlan): PlannedQueue[] =>
  created(plan, 'aws_sqs_queue')
    .map(({ address, change }) => queueOf(address, change.after ?? {}))
    .sort(
      (a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes),
    );

/** The number of resources that a plan creates. */
export const plannedCount = (plan: TerraformPlan): number => created(plan).length;

/** The resources that a plan creates, of one type or of all types. */
export const created = (plan: TerraformPlan, type?: string) =>
  (plan.resource_changes ?? []).filter(
    (resource) =>
      resource.mode === 'managed' &&
      resource.change.actions.includes('create') &&
      (type === undefined || resource.type === type),
  );

const queueOf = (address: string, after: Record<string, unknown>): PlannedQueue => ({
  address,
  name: String(after.name),
  attributes: Object.fromEntries(
    Object.entries(ATTRIBUTES)
      .filter(([field]) => after[field] !== undefined && after[field] !== null)
      .map(([field, attribute]) => [attribute, String(after[field])]),
  ),
  tags: (after.tags_all ?? {}) as Record<string, string>,
});

/** Creates the queues. @returns the Terraform text that imports them */
export const createQueues = async (sqs: SQSClient, queues: readonly PlannedQueue[]) => {
  let blocks = '';
  for (const { address, name, attributes, tags } of queues) {
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: attributes, tags }),
    );
    blocks += importBlock(address, QueueUrl ?? '');
  }
  return blocks;
};

export const importBlock = (address: string, id: string): string =>
  `import {\n  to = ${address}\n  id = "${id}"\n}\n`;
