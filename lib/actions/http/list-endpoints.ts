import type { EffectKind } from '#lib/actions/action.ts';
import { parseEndpoint } from './endpoint.ts';
import { type ClosedInput, closedInput } from './endpoint-input.ts';

/** An endpoint as people and assistants see it. */
export interface ListedEndpoint {
  name: string;
  title: string;
  description: string;
  effect: EffectKind;
  /** Whether only a person's own post may call it. */
  approval: boolean;
  /** JSON Schema of `path`, `query` and `body`, without `endpoint`. */
  input: ClosedInput;
}

/**
 * The endpoints of these definitions.
 * @param definitions by name, as `ConfiguredEndpoints.list` returns them
 */
export const listedEndpoints = (definitions: ReadonlyMap<string, string>): ListedEndpoint[] =>
  [...definitions].map(([key, text]) => {
    const { name, title, description, effect, approval, input } = parseEndpoint(key, text);
    return { name, title, description, effect, approval, input: closedInput(input) };
  });
