import { actionFormOf, type ListedAction } from '#handlers/web/app/forms/action-form.ts';
import type { FormNode } from '#handlers/web/app/forms/form-node.ts';
import { messageFormsOf } from '#handlers/web/app/forms/message-form.ts';
import { actionDescriber } from '#handlers/web-api/actions/describe-actions.ts';
import { openApiDocument } from '#handlers/web-api/contract/document.ts';
import { anEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { capturingLog } from '#test/support/log.ts';

export interface RealForm {
  name: string;
  node: FormNode;
  examples: readonly unknown[];
}

/** Every operation of the catalogue, and one configured endpoint, as the API lists them. */
export const listedActions = (): Promise<ListedAction[]> => {
  const definitions = new Map([['lamp', JSON.stringify(anEndpoint())]]);
  const describe = actionDescriber(() => ({
    list: async () => definitions,
    find: async (name) => definitions.get(name),
  }));
  return describe(capturingLog()) as Promise<unknown> as Promise<ListedAction[]>;
};

export const contract = openApiDocument();

/** The form of every message type and of every operation. */
export const realForms: readonly RealForm[] = [
  ...messageFormsOf(contract).map(({ type, node, examples }) => ({ name: type, node, examples })),
  ...(await listedActions()).map((action) => {
    const { key, node } = actionFormOf(action);
    return { name: key, node, examples: action.examples };
  }),
];

/** The form of a message type or an operation. */
export const realForm = (name: string): FormNode => {
  const found = realForms.find((form) => form.name === name);
  if (found === undefined) throw new Error(`there is no form ${name}`);
  return found.node;
};

/** The node at a path of a form. The first option of a union that has the path is taken. */
export const nodeAt = (node: FormNode, path: string): FormNode => {
  const found = path === '' ? node : below(node, path.split('.'));
  if (found === undefined) throw new Error(`there is nothing at ${path}`);
  return found;
};

const below = (node: FormNode, [name, ...rest]: readonly string[]): FormNode | undefined => {
  if (name === undefined) return node;
  if (node.kind === 'union') {
    const found = node.options.map((one) => below(one, [name, ...rest]));
    return found.find((one) => one !== undefined);
  }
  if (node.kind !== 'object') return undefined;
  const field = node.fields.find((one) => one.name === name);
  return field && below(field.node, rest);
};
