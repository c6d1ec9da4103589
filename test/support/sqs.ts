import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';

export interface Sqs {
  /** Attributes by the name of the queue, such as `rez-agent-messages-dev`. A queue without an entry does not exist. */
  attributes: Map<string, Record<string, string>>;
  /** The number of calls so far. */
  calls: () => number;
  /** Every call fails with this error, until it is `undefined`. */
  failWith: (error: Error | undefined) => void;
  uninstall: () => void;
}

/** An in-memory SQS instead of every client, for reads of the attributes of queues. */
export const installSqs = (): Sqs => {
  const attributes: Sqs['attributes'] = new Map();
  let calls = 0;
  let failure: Error | undefined;

  const spy = vi.spyOn(SQSClient.prototype, 'send').mockImplementation(async (command: unknown) => {
    if (!(command instanceof GetQueueAttributesCommand)) {
      throw new Error('the in-memory SQS only does GetQueueAttributes');
    }
    calls += 1;
    await Promise.resolve();
    if (failure) throw failure;
    const { QueueUrl = '', AttributeNames = [] } = command.input;
    const all = attributes.get(QueueUrl.split('/').at(-1) ?? '');
    if (all === undefined) throw new Error('there is no such queue');
    return {
      Attributes: Object.fromEntries(AttributeNames.map((name) => [name, all[name] ?? '0'])),
    };
  });

  return {
    attributes,
    calls: () => calls,
    failWith: (error) => {
      failure = error;
    },
    uninstall: () => spy.mockRestore(),
  };
};
