import { describe, expect, it, vi } from 'vitest';
import { plannedBucket } from '#scripts/local/import-bucket.ts';
import { createQueues, plannedCount, plannedQueues } from '#scripts/local/import-queues.ts';

const change = (address: string, after: Record<string, unknown>, type = 'aws_sqs_queue') => ({
  address,
  mode: 'managed',
  type,
  change: { actions: ['create'], after },
});

const PLAN = {
  resource_changes: [
    change('module.queue["fires"].aws_sqs_queue.this', {
      name: 'rez-agent-fires-dev',
      redrive_policy: '{"maxReceiveCount":100}',
      visibility_timeout_seconds: 180,
      kms_master_key_id: null,
      tags_all: { Stage: 'dev' },
    }),
    change('module.queue["fires"].aws_sqs_queue.dlq', {
      name: 'rez-agent-fires-dlq-dev',
      sqs_managed_sse_enabled: true,
    }),
    change('aws_sns_topic.this', { name: 'topic' }, 'aws_sns_topic'),
    { ...change('data.aws_region.this', {}, 'aws_region'), mode: 'data' },
    {
      ...change('aws_sqs_queue.kept', { name: 'kept' }),
      change: { actions: ['no-op'], after: { name: 'kept' } },
    },
  ],
};

describe('planned queues that are created by API', () => {
  it('are created after their dead-letter queues', () => {
    const queues = plannedQueues(PLAN);

    expect(queues.map(({ name }) => name)).toEqual([
      'rez-agent-fires-dlq-dev',
      'rez-agent-fires-dev',
    ]);
  });

  it('get the attributes of the plan as text, without those that the plan does not set', () => {
    const [dlq, queue] = plannedQueues(PLAN);

    expect(dlq?.attributes).toEqual({ SqsManagedSseEnabled: 'true' });
    expect(queue?.attributes).toEqual({
      RedrivePolicy: '{"maxReceiveCount":100}',
      VisibilityTimeout: '180',
    });
    expect(queue?.tags).toEqual({ Stage: 'dev' });
  });

  it('are part of the number of planned resources', () => {
    expect(plannedCount(PLAN)).toBe(3);
  });

  it('are imported under their addresses in the plan', async () => {
    const send = vi.fn().mockResolvedValue({ QueueUrl: 'http://127.0.0.1:1/q' });

    const blocks = await createQueues({ send } as never, plannedQueues(PLAN).slice(0, 1));

    expect(send).toHaveBeenCalledOnce();
    expect(blocks).toBe(
      'import {\n  to = module.queue["fires"].aws_sqs_queue.dlq\n  id = "http://127.0.0.1:1/q"\n}\n',
    );
  });
});

describe('a planned bucket that is created by API', () => {
  const bucket = change('aws_s3_bucket.artefacts', { bucket: 'artefacts' }, 'aws_s3_bucket');
  const rules = (rule: unknown) =>
    change(
      'aws_s3_bucket_lifecycle_configuration.a',
      { rule },
      'aws_s3_bucket_lifecycle_configuration',
    );

  it('has its rules in the form of the provider: with the namespace of S3 and an empty prefix', () => {
    const rule = {
      id: 'forget',
      status: 'Enabled',
      expiration: [{ expired_object_delete_marker: true }],
      noncurrent_version_expiration: [{ noncurrent_days: 90 }],
      abort_incomplete_multipart_upload: [],
    };

    const planned = plannedBucket({ resource_changes: [bucket, rules([rule])] });

    expect(planned?.name).toBe('artefacts');
    expect(planned?.lifecycle).toBe(
      '<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ID>forget</ID>' +
        '<Filter><Prefix></Prefix></Filter><Status>Enabled</Status>' +
        '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>' +
        '<NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays></NoncurrentVersionExpiration>' +
        '</Rule></LifecycleConfiguration>',
    );
  });

  it.each([
    { says: 'no bucket', resource_changes: [rules([])] },
    { says: 'a bucket without rules', resource_changes: [bucket] },
    { says: 'two buckets', resource_changes: [bucket, bucket, rules([])] },
    {
      says: 'a name that is known only after the apply',
      resource_changes: [change('aws_s3_bucket.a', {}, 'aws_s3_bucket'), rules([])],
    },
  ])('leaves a plan with $says to Terraform', ({ resource_changes }) => {
    expect(plannedBucket({ resource_changes })).toBeUndefined();
  });
});
