import type { Context } from 'aws-lambda';
import { lambdaContext } from './events.ts';

/**
 * Calls a function as Lambda does: with the bare context, which its middlewares fill. Their types say that they do; the
 * handler's own type asks the caller for what they add.
 */
export const invoke = <Event, Result>(
  handler: (event: Event, context: never) => Promise<Result>,
  event: NoInfer<Event>,
  context: Context = lambdaContext(),
): Promise<Result> => handler(event, context as never);
