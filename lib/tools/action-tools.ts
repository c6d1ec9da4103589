import * as z from 'zod/mini';
import type { EffectKind } from '#lib/actions/action.ts';
import { writtenSchemaOf } from '#lib/actions/action-schemas.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { SCHEMA_VERSION } from '#lib/messages/message.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { type ClosedSchema, portableSchema, schemaOnDemand } from './closed-schema.ts';
import { answerAtEnd, messageOutput } from './message-answer.ts';
import { withRealNames } from './real-names.ts';
import { shownLine, shownText } from './shown-text.ts';
import { invalidToolInputError, type MessageTool, type ToolHint } from './tool.ts';

/** How a tool differs from its operation. */
export interface ActionToolDifferences {
  name: string;
  aliases?: readonly string[];
  title?: string;
  description?: string;
  effect?: EffectKind;
  /** Whether a call needs the yes of a person although it can be undone. */
  approval?: boolean;
  input?: object;
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
    const { name = `${action}_${verb}`, aliases = [], description } = assistants;
    const differences = description === undefined ? {} : { description };
    return [actionTool(operation, { name, aliases, ...differences })];
  });

/** The tool that creates a `web_action` message of an operation. */
export const actionTool = (
  operation: ActionOperation,
  { name, aliases = [], fixed = {}, approval = false, ...differences }: ActionToolDifferences,
): MessageTool => {
  const { action, operation: verb } = operation;
  const { title, description, effect } = { ...operation, ...differences };
  const needsApproval = effect === 'irreversible' || approval;
  const view = viewOf(operation, Object.keys(fixed));
  const inputSchema = schemaOnDemand(() =>
    portableSchema(
      differences.input ?? withoutHidden(writtenSchemaOf(operation.input, 'input'), view.hidden),
    ),
  );
  const outputSchema = schemaOnDemand(() =>
    messageOutput(writtenSchemaOf(operation.output, 'output')),
  );
  return {
    kind: 'message',
    name,
    aliases,
    title: shownLine(title),
    description: [
      shownText(description),
      ...(effect === 'irreversible' ? ['It cannot be undone.'] : []),
      ...(needsApproval ? [NEEDS_APPROVAL] : []),
    ].join(' '),
    role: 'operator',
    hint: HINTS[effect],
    // The platform never repeats an irreversible call. A service may count the repeated calls of a reversible one.
    isIdempotent: effect !== 'reversible',
    isOpenWorld: true,
    isExclusive: needsApproval,
    advice: view.advice,
    get input() {
      return inputSchema();
    },
    get output() {
      return outputSchema();
    },
    draftOf: (given) => {
      const { input, problems, givenPath } = withRealNames(given ?? {}, view);
      const whole = { ...input, ...fixed };
      const parsed = z.safeParse(operation.input, whole);
      const found = parsed.success ? [] : problemsOf(parsed.error);
      const all = [...problems, ...found.map((one) => ({ ...one, path: givenPath(one.path) }))];
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

const NEEDS_APPROVAL =
  'Unless a rule of the policy allows it, a person must approve it first, on their phone or at the dashboard; the answer says where. A repeated call with the same input joins the one that is open.';

/** @param fixed the properties that a call must not have, because the tool sets them */
const viewOf = ({ assistants = {} }: ActionOperation, fixed: readonly string[]) => {
  const { inputAliases = {}, hidden = [], advice } = assistants === 'by endpoint' ? {} : assistants;
  return { inputAliases, hidden: [...hidden, ...fixed], advice };
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
