import type { Context } from 'aws-lambda';
import { lambdaContext } from './events.ts';

/**
 * Call a function as Lambda does, with a bare context, which its middlewares fill. The type of the handler requires a
 * filled context.
 */
export const invoke = <Event, Result>(
  handler: (event: Event, context: never) => Promise<Result>,
  event: NoInfer<Event>,
  context: Context = lambdaContext(),
): Promise<Result> => handler(event, context as never);
