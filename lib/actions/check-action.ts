import type { CheckedDraft } from '#lib/messages/new-message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';

/** The catalogue with its schemas, which few messages need. */
const loadParser = lazily(() => import('./parse-action.ts'));

type Draft = Pick<CheckedDraft, 'message_type' | 'payload' | 'arguments' | 'auth_config'>;

/**
 * Checks a message with the schema of its operation before it is created, if it is a `web_action`. Changes nothing.
 * @param what what the caller sent, for the error
 * @param under the path of the message in it, such as `target.`
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem and its path
 */
export const checkAction = async (
  draft: Draft,
  { what, under = '' }: { what: 'message' | 'schedule'; under?: '' | 'target.' | 'payload.' },
): Promise<void> => {
  if (draft.message_type !== 'web_action') return;
  const { parseAction } = await loadParser();
  try {
    parseAction(draft);
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
