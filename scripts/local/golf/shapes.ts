import { localText } from '#lib/schedules/timetable/zone.ts';
import { HOSTILE_TEXT } from '#scripts/local/service/hostile-text.ts';
import type { CourseState } from './call.ts';

const TEXTS = new Set([
  ...['courseName', 'itemDesc', 'messageTitle', 'messageDetail', 'confirmationKey'],
  ...['reservationConfirmKey', 'error', 'warning'],
]);
const PRICES = new Set(['price', 'taxInclusivePrice']);

type Change = (key: string, value: unknown) => unknown;

/** The body in the shapes that the faults ask for. */
export const shapeBody = (body: unknown, { faults, zone }: CourseState): unknown => {
  const isSlots = (value: unknown) =>
    Array.isArray(value) && value.some((slot) => Object.hasOwn(Object(slot), 'shItemPrices'));
  const withOffset = (value: unknown) => {
    const localMs = Date.parse(`${value}Z`);
    const [utcMs = localMs] = zone.instantsOf(localMs);
    return localText(utcMs, zone.offsetAt(utcMs));
  };
  const changes: Change[] = [];
  if (faults.take('duplicate slots')) {
    changes.push((_, value) => (isSlots(value) ? [...(value as []), ...(value as [])] : value));
  }
  if (faults.take('prices as text')) {
    changes.push((key, value) => (PRICES.has(key) ? `${value}` : value));
  }
  if (faults.take('slots without prices')) {
    changes.push((key, value) => (key === 'shItemPrices' ? [] : value));
  }
  if (faults.take('times with offset')) {
    changes.push((key, value) => (key === 'startTime' ? withOffset(value) : value));
  }
  if (faults.take('hostile strings')) {
    // An empty `error` or `warning` says that there is none.
    const isText = (key: string, value: unknown) => TEXTS.has(key) && value !== '';
    changes.push((key, value) => (isText(key, value) ? HOSTILE_TEXT : value));
  }
  const change: Change = (key, value) =>
    changes.reduce((changed, next) => next(key, changed), value);
  return changes.length === 0 ? body : JSON.parse(JSON.stringify(body), change);
};
