import * as z from 'zod/mini';
import type { EffectKind } from '#lib/actions/action.ts';
import { actionSchemas } from '#lib/actions/action-schemas.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { SCHEMA_VERSION } from '#lib/messages/message.ts';
import type { Problem } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { answerAtEnd, messageOutput } from './message-answer.ts';
import {
  type ClosedSchema,
  invalidToolInputError,
  type MessageTool,
  type ToolHint,
} from './tool.ts';

/** How a tool differs from its operation. */
export interface ActionToolDifferences {
  name: string;
  aliases?: readonly string[];
  title?: string;
  description?: string;
  effect?: EffectKind;
  input?: ClosedSchema;
  /** Properties of the input that the tool sets itself. */
  fixed?: Readonly<Record<string, string>>;
}

const HINTS: Readonly<Record<EffectKind, ToolHint>> = {
  read: 'read',
  reversible: 'additive',
  irreversible: 'destructive',
};

/** One tool for each operation, except for those whose tools have another source. */
export const actionTools = (operations: readonly ActionOperation[]): MessageTool[] =>
  operations.flatMap((operation) => {
    const { action, operation: verb, assistants = {} } = operation;
    if (assistants === 'by endpoint') return [];
    const { name = `${action}_${verb}`, aliases = [] } = assistants;
    return [actionTool(operation, { name, aliases })];
  });

/** The tool that creates a `web_action` message of an operation. */
export const actionTool = (
  operation: ActionOperation,
  { name, aliases = [], fixed = {}, ...differences }: ActionToolDifferences,
): MessageTool => {
  const { action, operation: verb } = operation;
  const { title, description, effect } = { ...operation, ...differences };
  const schemas = actionSchemas(operation);
  const view = viewOf(operation);
  return {
    kind: 'message',
    name,
    aliases,
    title,
    description: describedEffect(description, effect),
    role: 'operator',
    hint: HINTS[effect],
    isIdempotent: true,
    isOpenWorld: true,
    isExclusive: effect === 'irreversible',
    input: differences.input ?? withoutHidden(schemas.input, view.hidden),
    output: messageOutput(schemas.output),
    draftOf: (given) => {
      const { input, problems } = withRealNames(given ?? {}, view);
      const whole = { ...input, ...fixed };
      const parsed = z.safeParse(operation.input, whole);
      const all = [...problems, ...(parsed.success ? [] : problemsOf(parsed.error))];
      if (all.length > 0) throw invalidToolInputError(all, view.advice);
      return {
        message_type: 'web_action',
        payload: { version: SCHEMA_VERSION, action, ...whole },
        arguments: { operation: verb },
      };
    },
    pathOf: (path) => path.replace(/^payload\.?/, ''),
    answerOf: answerAtEnd,
  };
};

const describedEffect = (description: string, effect: EffectKind): string =>
  effect === 'irreversible'
    ? `${description} It cannot be undone. Unless a rule of the policy allows it, a person must approve it first, on their phone or at the dashboard; the answer says where. A repeated call with the same input joins the one that is open.`
    : description;

const viewOf = ({ assistants = {} }: ActionOperation) => {
  const { inputAliases = {}, hidden = [], advice } = assistants === 'by endpoint' ? {} : assistants;
  return { inputAliases, hidden, advice };
};

type View = ReturnType<typeof viewOf>;

/** The input with the names of the operation. */
const withRealNames = (
  given: unknown,
  { inputAliases, hidden }: View,
): { input: object; problems: Problem[] } => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { input: {}, problems: [{ path: '', problem: 'must be an object' }] };
  }
  const problems: Problem[] = [];
  const input: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const real = Object.hasOwn(inputAliases, name) ? inputAliases[name] : undefined;
    if (hidden.includes(name)) problems.push({ path: name, problem: 'is not a known property' });
    else if (real === undefined) input[name] = value;
    else if (Object.hasOwn(given, real)) {
      problems.push({ path: name, problem: `must not be given together with ${real}` });
    } else input[real] = value;
  }
  return { input, problems };
};

const withoutHidden = (schema: ClosedSchema, hidden: readonly string[]): ClosedSchema => {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  const isShown = (name: string) => !hidden.includes(name);
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => isShown(name))),
    required: required.filter(isShown),
  };
};
