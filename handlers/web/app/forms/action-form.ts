import type { ActionList } from '#handlers/web/app/api/responses.ts';
import type { FormNode } from './form-node.ts';
import { formNodeOf } from './form-node-of.ts';
import type { FormSchema } from './form-schema.ts';

export type ListedAction = ActionList['data'][number];

/** The form of the input of an operation. */
export interface ActionForm {
  /** As `actionKey`. */
  key: string;
  action: ListedAction;
  node: FormNode;
}

export const actionFormOf = (action: ListedAction): ActionForm => ({
  key: actionKey(action),
  action,
  node: formNodeOf(action.input as FormSchema, {
    label: action.title,
    isRequired: true,
    root: action.input,
  }),
});

/** Identifies an operation in addresses: `weather.get_forecast`, `http.call.<endpoint>`. */
export const actionKey = ({ action, operation, endpoint }: ListedAction): string =>
  [action, operation, ...(endpoint === undefined ? [] : [endpoint])].join('.');

/** The operation that an address names, by its name or one of its other names. */
export const findAction = (
  actions: readonly ListedAction[],
  key: string,
): ListedAction | undefined =>
  actions.find((one) => actionKey(one) === key) ??
  actions.find((one) => one.aliases.some((name) => key === `${one.action}.${name}`));
