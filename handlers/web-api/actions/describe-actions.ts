import type { ActionOperation } from '#lib/actions/action.ts';
import { actionSchemas } from '#lib/actions/action-schemas.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';

/** Every operation of the catalogue as the API shows it. */
export const describeActions = () => OPERATIONS.map(describeAction);

const describeAction = (operation: ActionOperation) => {
  const { action, operation: name, aliases = [], title, description } = operation;
  const { effect, services, auth, cache, examples } = operation;
  return {
    action,
    operation: name,
    aliases,
    title,
    description,
    effect,
    services,
    auth: { type: auth },
    cache:
      cache === undefined
        ? null
        : { fresh_seconds: cache.freshSeconds, stale_seconds: cache.staleSeconds },
    // Only what cannot be undone needs the approval of a person, and there is no such operation yet.
    needs_approval: false,
    examples,
    ...actionSchemas(operation),
  };
};

export type DescribedAction = ReturnType<typeof describeAction>;
