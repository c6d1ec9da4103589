import { localText, type Zone } from '#lib/platform/zone.ts';
import { HOSTILE_TEXT } from '#scripts/local/service/hostile-text.ts';
import type { CourseState } from './golf-call.ts';
import type { GolfFault } from './golf-faults.ts';

/** The new value of a property, whose old value is already changed inside. */
type Change = (key: string, value: unknown, zone: Zone) => unknown;

const TEXTS = new Set([
  ...['courseName', 'itemDesc', 'messageTitle', 'messageDetail', 'confirmationKey'],
  ...['reservationConfirmKey', 'error', 'warning'],
]);
const PRICES = new Set(['price', 'taxInclusivePrice']);

const CHANGES: readonly [GolfFault, Change][] = [
  ['duplicate slots', (_, value) => (isSlots(value) ? [...value, ...value] : value)],
  ['prices as text', (key, value) => (PRICES.has(key) ? `${value}` : value)],
  ['slots without prices', (key, value) => (key === 'shItemPrices' ? [] : value)],
  [
    'times with offset',
    (key, value, zone) => (key === 'startTime' ? withOffset(`${value}`, zone) : value),
  ],
  // An empty `error` or `warning` says that there is none.
  ['hostile strings', (key, value) => (TEXTS.has(key) && value !== '' ? HOSTILE_TEXT : value)],
];

/** The body in the shapes that the faults ask for. A fault that changes nothing does not count the request. */
export const shapeBody = (
  body: unknown,
  { faults, zone }: Pick<CourseState, 'faults' | 'zone'>,
): unknown => {
  let text = JSON.stringify(body);
  for (const [fault, change] of CHANGES.filter(([fault]) => faults.isOn(fault))) {
    const shaped = JSON.stringify(
      JSON.parse(text, (key, value: unknown) => change(key, value, zone)),
    );
    if (shaped !== text) faults.take(fault);
    text = shaped;
  }
  return JSON.parse(text);
};

const isSlots = (value: unknown): value is unknown[] =>
  Array.isArray(value) && value.some((slot) => Object.hasOwn(Object(slot), 'shItemPrices'));

const withOffset = (localTime: string, zone: Zone): string => {
  const localMs = Date.parse(`${localTime}Z`);
  const [utcMs = localMs] = zone.instantsOf(localMs);
  return localText(utcMs, zone.offsetAt(utcMs));
};
