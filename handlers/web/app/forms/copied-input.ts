import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { actionKey, findAction, type ListedAction } from './action-form.ts';
import { isRecord } from './form-schema.ts';

/** Where a message can be edited and sent again: the parameters of the address of the form, and what it is filled with. */
export interface CopiedInput {
  parameters: { type: string } | { action: string };
  /** The body of the request that the form sends. */
  body: unknown;
  /** Whether a push reports the result of an action. */
  notify: boolean;
}

/**
 * What creates a message like this one. The times, the run and the stage are those of the new message.
 * A web action of the catalogue has the form of its operation; another one has the form of its type.
 */
export const copiedInput = (
  message: Pick<ApiMessage, 'message_type'> &
    Partial<Pick<ApiMessage, 'payload' | 'arguments' | 'auth_config'>>,
  actions: readonly ListedAction[],
): CopiedInput => {
  const { message_type, payload, arguments: input, auth_config } = message;
  const key = message_type === 'web_action' ? operationKey(payload, input, actions) : undefined;
  if (key !== undefined && auth_config === undefined) {
    const { version, action, ...body } = payload ?? {};
    return { parameters: { action: key }, body, notify: input?.notify !== false };
  }
  const body = { message_type, payload: payload ?? {}, arguments: input, auth_config };
  return {
    parameters: { type: message_type },
    body: JSON.parse(JSON.stringify(body)),
    notify: true,
  };
};

const operationKey = (
  payload: unknown,
  input: unknown,
  actions: readonly ListedAction[],
): string | undefined => {
  if (!isRecord(payload) || !isRecord(input)) return undefined;
  const name = `${payload.action}.${input.operation}`;
  const found = findAction(actions, `${name}.${payload.endpoint}`) ?? findAction(actions, name);
  return found && actionKey(found);
};
