import type { FormNode } from './form-node.ts';
import { formNodeOf } from './form-node-of.ts';
import { type FormSchema, isRecord } from './form-schema.ts';

/** The form of a message type. */
export interface MessageForm {
  /** The message type. */
  type: string;
  description: string | undefined;
  /** The body of `POST /api/messages`. */
  node: FormNode;
  /** Bodies that are valid. */
  examples: readonly unknown[];
}

/** The parts of the contract of the API from which forms are made. */
export interface MessageContract {
  components: { schemas: Readonly<Record<string, unknown>> };
}

/** Properties of a body that few people need. A form shows them when it is asked to. */
export const RARE_FIELDS: readonly string[] = [
  'stage',
  'version',
  'valid_until',
  'correlation_id',
  'auth_config',
];

/** The form of every message type of the contract, in its order. */
export const messageFormsOf = (contract: MessageContract): MessageForm[] => {
  const { NewMessage } = contract.components.schemas;
  const discriminator = isRecord(NewMessage) ? NewMessage.discriminator : undefined;
  const mapping = isRecord(discriminator) ? discriminator.mapping : undefined;
  return Object.entries(isRecord(mapping) ? mapping : {}).map(([type, reference]) => {
    const name = String(reference).split('/').at(-1) ?? '';
    const schema = (contract.components.schemas[name] ?? {}) as FormSchema;
    const node = formNodeOf(schema, { label: type, isRequired: true, root: contract });
    return { type, description: schema.description, node, examples: schema.examples ?? [] };
  });
};
