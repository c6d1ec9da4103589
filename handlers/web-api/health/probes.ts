import { checkTopic } from '#lib/bus/topics.ts';
import { FLAG_NAMES, flagParameter } from '#lib/config/flags.ts';
import { readParameters } from '#lib/config/ssm.ts';
import { readBreaker } from '#lib/data/breakers.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { deepCheck, statusOfBreaker } from './deep-check.ts';

/** The deep check with the real dependencies. */
export const checkDependencies = ({ clock }: { clock: Clock }) =>
  deepCheck({
    clock,
    probes: {
      dynamodb: async (signal) => checkStore(signal).then(() => 'ok'),
      sns: async (signal) => checkTopic(signal).then(() => 'ok'),
      ssm: async () => readParameters(FLAG_NAMES.map(flagParameter)).then(() => 'ok'),
      ntfy: async () => statusOfBreaker(await readBreaker('ntfy')),
    },
  });
