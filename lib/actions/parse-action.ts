import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { Message } from '#lib/messages/message.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { findOperation, OPERATIONS } from './catalogue.ts';
import { invalidInputError } from './invalid-input-error.ts';
import type { ActionOperation } from './operation.ts';

/** The `arguments` of a `web_action` message. */
export const ActionArguments = z.strictObject({
  /** Without it, the first operation of the action. */
  operation: z.optional(z.string()),
  /** Carries out what only reads, and reports the rest. */
  dry_run: z.optional(z.boolean()),
  /** `false`: the result is stored, and there is no push. */
  notify: z.optional(z.boolean()),
});

/** A `web_action` message that was checked completely. */
export interface ParsedAction {
  operation: ActionOperation;
  /** With the defaults. */
  input: Record<string, unknown>;
  isDryRun: boolean;
  /** Whether the caller wants pushes. */
  notifies: boolean;
}

type Request = Pick<Message, 'payload'> & Partial<Pick<Message, 'arguments' | 'auth_config'>>;

/**
 * Checks a `web_action` message with the schema of its operation.
 * @param operations those that exist; by default, the catalogue
 * @throws AppError `invalid` / `UNKNOWN_ACTION` when there is no such action or operation
 * @throws AppError `invalid` / `INVALID_PAYLOAD` with every problem and its path in the message
 */
export const parseAction = (
  { payload: { version: _version, action, ...given }, arguments: args = {}, auth_config }: Request,
  operations: readonly ActionOperation[] = OPERATIONS,
): ParsedAction => {
  const operation = operationOf(action, args.operation, operations);
  const input = z.safeParse(operation.input, given);
  const options = z.safeParse(ActionArguments, args);
  const problems: Problem[] = [
    ...(input.success ? [] : problemsOf(input.error, 'payload')),
    ...(options.success ? [] : problemsOf(options.error, 'arguments')),
    ...problemsOfAuth(auth_config, operation),
  ];
  if (problems.length > 0 || !input.success || !options.success) {
    throw invalidInputError(problems);
  }
  return {
    operation,
    input: input.data as Record<string, unknown>,
    isDryRun: options.data.dry_run ?? false,
    notifies: options.data.notify ?? true,
  };
};

const operationOf = (
  action: unknown,
  name: unknown,
  all: readonly ActionOperation[],
): ActionOperation => {
  const operations = all.filter((one) => one.action === action);
  const found =
    operations.length > 0 && (name === undefined || typeof name === 'string')
      ? findOperation(String(action), name, all)
      : undefined;
  if (found !== undefined) return found;
  const isKnown = operations.length > 0;
  const known = isKnown
    ? operations.map(({ operation }) => operation)
    : [...new Set(all.map((one) => one.action))];
  const path = isKnown ? 'arguments.operation' : 'payload.action';
  const problem = `must be one of ${known.join(', ')}`;
  throw new AppError('invalid', 'UNKNOWN_ACTION', `there is no such action: ${path} ${problem}`, {
    details: [{ path, problem }],
  });
};

/** A caller may repeat how the action authenticates itself, and may not change it. */
const problemsOfAuth = (given: unknown, { auth }: ActionOperation): Problem[] =>
  given === undefined || isDeepStrictEqual(given, { type: auth })
    ? []
    : [{ path: 'auth_config', problem: `must be { "type": "${auth}" }, or absent` }];
