import { describe, expect, it } from 'vitest';
import { plannedChanges, planSummary } from '#scripts/ci/plan-summary.ts';

const plan = (...changes: [address: string, ...actions: string[]][]) =>
  JSON.stringify({
    resource_changes: changes.map(([address, ...actions]) => ({
      address,
      change: { actions, before: { token: 'old value' }, after: { token: 'new value' } },
    })),
  });

describe('the summary of a plan', () => {
  it('has the changed resources with their actions, and no others', () => {
    const json = plan(
      ['module.app.aws_sns_topic.new', 'create'],
      ['module.app.aws_sns_topic.old', 'delete'],
      ['module.app.aws_sns_topic.other', 'delete', 'create'],
      ['module.app.aws_sns_topic.changed', 'update'],
      ['module.app.aws_sns_topic.same', 'no-op'],
      ['module.app.data.aws_caller_identity.this', 'read'],
    );

    expect(plannedChanges(json)).toEqual([
      { address: 'module.app.aws_sns_topic.new', action: 'create' },
      { address: 'module.app.aws_sns_topic.old', action: 'delete' },
      { address: 'module.app.aws_sns_topic.other', action: 'replace' },
      { address: 'module.app.aws_sns_topic.changed', action: 'update' },
    ]);
  });

  it('contains no value, also when a value is the key of an instance', () => {
    const json = plan(
      ['aws_sns_topic_subscription.this["someone@example.org"]', 'create'],
      ['aws_sns_topic_subscription.this["https://example.org/hook"]', 'create'],
      ['module.queue["notifications"].aws_sqs_queue.this', 'update'],
    );

    const summary = planSummary('prod', plannedChanges(json));

    expect(summary).not.toMatch(/example|value/);
    expect(summary).toContain('create  aws_sns_topic_subscription.this["…"]');
    expect(summary).toContain('update  module.queue["notifications"].aws_sqs_queue.this');
    expect(summary).toContain('### prod: 2 to create, 1 to update');
  });

  it('says so when nothing changes', () => {
    expect(planSummary('dev', plannedChanges(plan(['a.b', 'no-op'])))).toBe(
      '### dev\n\nNo changes.\n',
    );
  });

  it('is not made from another text', () => {
    expect(() => plannedChanges('{"resource_changes":[{"address":1}]}')).toThrow();
  });
});
