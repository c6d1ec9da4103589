import * as z from 'zod/mini';
import type { Clock } from '#lib/platform/clock.ts';
import type { Zone } from '#lib/platform/zone.ts';
import type { FaultSwitches } from '#scripts/local/service/fault-switches.ts';
import type { Random } from '#scripts/local/service/random-id.ts';
import {
  declaresJson,
  jsonBodyOf,
  type ServiceRequest,
} from '#scripts/local/service/service-request.ts';
import type { Reaction } from '#scripts/local/service/transport-faults.ts';
import type { GolfFault } from './golf-faults.ts';
import { golfRefusalError } from './golf-refusal.ts';
import type { Locks } from './lock-store.ts';
import type { Reservations } from './reservation-store.ts';
import type { SiteAccount, SiteCourse } from './site-course.ts';
import { type TeeTime, teeTimeOfId } from './tee-sheet.ts';
import type { Transactions } from './transaction-store.ts';

/** Everything that a site knows. */
export interface CourseState {
  course: SiteCourse;
  zone: Zone;
  clock: Clock;
  random: Random;
  faults: FaultSwitches<GolfFault>;
  locks: Locks;
  transactions: Transactions;
  reservations: Reservations;
}

/** A request to the API whose headers and token are right. */
export interface GolfCall extends CourseState {
  request: ServiceRequest;
  golfer: SiteAccount;
  nowMs: number;
}

/** A body for the answer 200, or another answer. `isCommitted` says that the call changed a reservation. */
export type GolfAnswer = { body: unknown; isCommitted?: boolean } | { reaction: Reaction };

export type GolfOperation = (call: GolfCall) => GolfAnswer;

/** The body of a request in the shape of a schema. Unknown fields are ignored. @throws GolfRefusal 400, 415 */
export const readGolfBody = <Schema extends z.ZodMiniType>(
  { request }: GolfCall,
  schema: Schema,
): z.output<Schema> => {
  if (!declaresJson(request)) throw golfRefusalError(415, 'Unsupported Media Type');
  const parsed = z.safeParse(schema, jsonBodyOf(request));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const reason = `${issue?.path.join('.')}: ${issue?.message}`;
  throw golfRefusalError(400, 'One or more validation errors occurred.', reason);
};

/** @throws GolfRefusal 400 */
export const requireTeeTime = ({ course, zone }: CourseState, teeSheetId: number): TeeTime => {
  const teeTime = teeTimeOfId(course, zone, teeSheetId);
  if (teeTime === undefined) throw golfRefusalError(400, 'Tee sheet is not found.');
  return teeTime;
};
