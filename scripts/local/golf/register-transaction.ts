import * as z from 'zod/mini';
import { type GolfOperation, readGolfBody } from './golf-call.ts';
import { golfRefusalError } from './golf-refusal.ts';

const Registration = z.object({ transactionId: z.uuid() });

/** `RegisterTransactionId`. Sites of the classic generation do not have it. */
export const registerTransaction: GolfOperation = (call) => {
  if (call.course.generation === 'classic') throw golfRefusalError(404, 'Not Found');
  const { transactionId } = readGolfBody(call, Registration);
  if (call.transactions.register(transactionId, call.golfer.golferId)) return { body: true };
  throw golfRefusalError(400, 'The transaction is already registered.');
};
