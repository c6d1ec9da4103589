import { checkTopic } from '#lib/bus/topics.ts';
import { readBreaker } from '#lib/data/breakers.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { deepCheck, statusOfBreaker } from './deep-check.ts';

export interface ProbedWorld {
  clock: Clock;
  /** @throws when SSM does not answer. */
  readParameters: () => Promise<unknown>;
}

/** The deep check with the real dependencies. */
export const checkDependencies = ({ clock, readParameters }: ProbedWorld) =>
  deepCheck({
    clock,
    probes: {
      dynamodb: async (signal) => checkStore(signal).then(() => 'ok'),
      sns: async (signal) => checkTopic(signal).then(() => 'ok'),
      ssm: async () => readParameters().then(() => 'ok'),
      ntfy: async () => statusOfBreaker(await readBreaker('ntfy')),
    },
  });
