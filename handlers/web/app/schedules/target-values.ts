import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { actionFormOf, actionKey, type ListedAction } from '#handlers/web/app/forms/action-form.ts';
import { copiedInput } from '#handlers/web/app/forms/copied-input.ts';
import type { FormNode } from '#handlers/web/app/forms/form-node.ts';
import { outputOf } from '#handlers/web/app/forms/form-output.ts';
import { isRecord } from '#handlers/web/app/forms/form-schema.ts';
import { emptyValue, type FormValue, inputOf } from '#handlers/web/app/forms/form-value.ts';
import { type MessageContract, messageFormsOf } from '#handlers/web/app/forms/message-form.ts';
import type { TargetType } from '#lib/schedules/schedule-schema.ts';

type Target = ApiSchedule['target'];

/** The `target_type` of each message type that a schedule can send. */
export const TARGET_TYPE_OF = {
  notify: 'notification',
  manual: 'scheduled',
  hello_world: 'scheduled',
  scheduled: 'scheduled',
  web_action: 'web_action',
} as const satisfies Partial<Record<Target['message_type'], TargetType>>;
type TargetMessageType = keyof typeof TARGET_TYPE_OF;

/** Something that a schedule can send: an operation of the catalogue, or a message of a type. */
export interface TargetForm {
  /** Identifies it: the name of the type, or `web_action:` and that of the operation. */
  choice: string;
  title: string;
  description: string | undefined;
  message_type: TargetMessageType;
  node: FormNode;
  /** The operation; absent for a message of a type. */
  action?: ListedAction;
  examples: readonly unknown[];
}

/** What a schedule sends, as the controls of its form show it. */
export interface TargetValues {
  /** Of a `TargetForm`. */
  choice: string;
  /** The input of the forms that were used, so that another choice loses nothing. */
  inputs: Readonly<Record<string, FormValue>>;
  /** Whether a push reports the result. Only for operations. */
  notify: boolean;
}

/** The properties of a message that a target has, apart from its type. */
const TARGET_FIELDS = ['payload', 'arguments'];

/** Everything that a schedule can send: message types first, then the operations of the catalogue. */
export const targetFormsOf = (
  contract: MessageContract,
  actions: readonly ListedAction[],
): TargetForm[] => [
  ...messageFormsOf(contract).flatMap(({ type, description, node, examples }) =>
    isTargetMessageType(type)
      ? [
          {
            choice: type,
            title: type,
            description,
            message_type: type,
            node: withTargetFields(node),
            examples: examples.map(targetPart),
          },
        ]
      : [],
  ),
  ...actions.map((action) => ({
    choice: `web_action:${actionKey(action)}`,
    title: action.title,
    description: action.description,
    message_type: 'web_action' as const,
    node: actionFormOf(action).node,
    action,
    examples: action.examples,
  })),
];

/** The values for a target. */
export const targetValuesOf = (target: Target, forms: readonly TargetForm[]): TargetValues => {
  const actions = forms.flatMap(({ action }) => action ?? []);
  const { parameters, body, notify } = copiedInput(target, actions);
  const choice = 'action' in parameters ? `web_action:${parameters.action}` : parameters.type;
  const form = forms.find((one) => one.choice === choice);
  const input = 'action' in parameters ? body : targetPart(body);
  return {
    choice,
    inputs: form === undefined ? {} : { [choice]: inputOf(form.node, input) },
    notify,
  };
};

/** The input of the chosen form. */
export const targetInput = ({ choice, inputs }: TargetValues, { node }: TargetForm): FormValue =>
  inputs[choice] ?? emptyValue(node);

/** The target of the body of a schedule. */
export const targetBodyOf = (values: TargetValues, form: TargetForm): Record<string, unknown> => {
  const output = outputOf(form.node, targetInput(values, form));
  const fields = isRecord(output) ? output : {};
  const { message_type, action } = form;
  if (action === undefined) return { message_type, payload: {}, ...fields };
  return {
    message_type,
    payload: { version: '1.0', action: action.action, ...fields },
    arguments: { operation: action.operation, ...(values.notify ? {} : { notify: false }) },
  };
};

/** Where the API finds what the form shows at an empty path. */
export const targetRoot = ({ action }: TargetForm): string =>
  action === undefined ? 'target' : 'target.payload';

/** Whether a schedule can send messages of a type. */
const isTargetMessageType = (type: string): type is TargetMessageType =>
  Object.hasOwn(TARGET_TYPE_OF, type);

const withTargetFields = (node: FormNode): FormNode =>
  node.kind === 'object'
    ? { ...node, fields: node.fields.filter(({ name }) => TARGET_FIELDS.includes(name)) }
    : node;

/** The part of the body of a message that a schedule has, too. */
const targetPart = (body: unknown): unknown =>
  isRecord(body)
    ? Object.fromEntries(Object.entries(body).filter(([name]) => TARGET_FIELDS.includes(name)))
    : body;
