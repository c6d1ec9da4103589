import { moneyText } from '#handlers/web/app/format/money.ts';
import { operationName } from '#handlers/web/app/format/operation-name.ts';
import type { Fact } from '#lib/actions/action.ts';
import { findAction, type ListedAction } from './action-form.ts';
import type { FormNode } from './form-node.ts';
import { isRecord } from './form-schema.ts';

/** What an input says, for people: the labels of the form and the values. */
export const inputFacts = (input: unknown, node?: FormNode): Fact[] =>
  Object.entries(isRecord(input) ? input : {}).map(([name, value]) => {
    const fields = node?.kind === 'object' ? node.fields : [];
    const label = fields.find((field) => field.name === name)?.node.label ?? operationName(name);
    return { label, value: valueText(name, value) };
  });

const valueText = (name: string, value: unknown): string => {
  if (name.endsWith('_cents') && typeof value === 'number') return moneyText(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The operation that a `web_action` message runs; `undefined` for a dry run and for every other message. */
export const operationOfMessage = (
  body: unknown,
  actions: readonly ListedAction[],
): ListedAction | undefined => {
  const { payload, arguments: input } = (isRecord(body) ? body : {}) as Record<string, unknown>;
  const { action } = isRecord(payload) ? payload : {};
  const { operation, dry_run } = isRecord(input) ? input : {};
  if (typeof action !== 'string' || dry_run === true) return undefined;
  return typeof operation === 'string'
    ? findAction(actions, `${action}.${operation}`)
    : actions.find((one) => one.action === action);
};
