import * as z from 'zod/mini';
import { invalidInputError } from '#lib/actions/invalid-input-error.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { closedInput, type EndpointInput } from './endpoint-input.ts';
import { inputValidator } from './input-validator.ts';

/** The three parts of a request that a caller can fill. */
export interface RequestParts {
  path?: Readonly<Record<string, unknown>> | undefined;
  query?: Readonly<Record<string, unknown>> | undefined;
  body?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Checks what a caller sends with the definition of the endpoint.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` with every problem and its path in the message
 */
export const checkEndpointInput = (
  definition: EndpointInput,
  { path, query, body }: RequestParts,
): void => {
  const given = Object.entries({ path, query, body }).filter(([, part]) => part !== undefined);
  const checked = z.safeParse(inputValidator(closedInput(definition)), Object.fromEntries(given));
  if (!checked.success) throw invalidInputError(problemsOf(checked.error, 'payload'));
};
