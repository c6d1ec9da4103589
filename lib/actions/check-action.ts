import type { CheckedDraft } from '#lib/messages/new-message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { ActionConfiguration, CheckTime } from './action.ts';
import type { ParsedAction } from './parse-action.ts';

/** The catalogue with its schemas, which few messages need. */
const loadParser = lazily(() => import('./parse-action.ts'));

type Draft = Pick<CheckedDraft, 'message_type' | 'payload' | 'arguments' | 'auth_config'>;

/** Where the message is in what the caller sent. */
export interface ActionPlace {
  /** For the error. */
  what: 'message' | 'schedule';
  /** The path of the message, such as `target.` */
  under?: '' | 'target.' | 'payload.';
}

/** With what an input is checked after its schema. */
export interface ConfiguredCheck extends Pick<CheckTime, 'nowMs'> {
  /** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the parameters were never read */
  configuration: () => ActionConfiguration;
  log: Pick<Logger, 'warn'>;
}

/**
 * Checks a message before it is created, if it is a `web_action`: with the schema of its operation, and then with the
 * configuration. If the configuration cannot be read, only the schema decides, and the message waits when it runs.
 * Changes nothing.
 * @param configured without it, only the schema decides
 * @returns the web action; `undefined` for a message of another type
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem and its path
 */
export const checkAction = async (
  draft: Draft,
  { what, under = '' }: ActionPlace,
  configured?: ConfiguredCheck,
): Promise<ParsedAction | undefined> => {
  if (draft.message_type !== 'web_action') return undefined;
  const { parseAction } = await loadParser();
  try {
    const parsed = parseAction(draft);
    if (configured !== undefined) await checkConfigured(parsed, configured);
    return parsed;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
    const details = error.details.map(({ path, problem }) => ({
      path: `${under}${path}`,
      problem,
    }));
    throw new AppError('invalid', 'VALIDATION_ERROR', `the ${what} is not valid`, {
      details,
      cause: error,
    });
  }
};

const checkConfigured = async (
  { operation, input, isDryRun }: ParsedAction,
  { configuration, nowMs, log }: ConfiguredCheck,
): Promise<void> => {
  try {
    await operation.check(input, configuration(), { nowMs, isDryRun });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'unavailable') throw error;
    const { action, operation: name } = operation;
    log.warn({ err: error, action, operation: name }, 'web action not checked with configuration');
  }
};
