import * as z from 'zod/mini';
import { invalidInputError } from '#lib/actions/invalid-input-error.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { closedInputSchema, type EndpointInput } from './endpoint-input.ts';

/** The three parts of a request that a caller can fill. */
export interface RequestParts {
  path?: Readonly<Record<string, unknown>> | undefined;
  query?: Readonly<Record<string, unknown>> | undefined;
  body?: Readonly<Record<string, unknown>> | undefined;
}

/** Loaded with the first call: the converter needs all of zod, which is five times as large as zod/mini. */
const converter = lazily(() => import('./json-schema-converter.ts'));

/**
 * Checks what a caller sends with the definition of the endpoint.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` with every problem and its path in the message
 */
export const checkEndpointInput = async (
  definition: EndpointInput,
  { path, query, body }: RequestParts,
): Promise<void> => {
  const { schemaFromJson } = await converter();
  const given = Object.entries({ path, query, body }).filter(([, part]) => part !== undefined);
  const schema = schemaFromJson(closedInputSchema(definition));
  const checked = z.safeParse(schema, Object.fromEntries(given));
  if (!checked.success) throw invalidInputError(problemsOf(checked.error, 'payload'));
};
