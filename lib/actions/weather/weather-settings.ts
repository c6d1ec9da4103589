import type { ActionConfiguration, ActionParameter } from '#lib/actions/action.ts';
import { AppError } from '#lib/platform/errors.ts';
import { stageCommand } from '#lib/platform/stage-command.ts';
import { type Point, pointOf } from './point.ts';

type Configuration = Pick<ActionConfiguration, 'parameters'>;

/** It stands in parentheses in a header. */
const CONTACT = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;
const DEGREES = /^\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*$/;

/**
 * How the weather service can reach the operator of the platform. The service requires it.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the parameter `contact` is missing or cannot be sent
 */
export const contactOf = ({ parameters }: Configuration): string => {
  const contact = parameters.contact?.trim() ?? '';
  if (contact === '') throw settingError('contact', 'is missing');
  if (CONTACT.test(contact) && !/[()\\]/.test(contact)) return contact;
  throw settingError('contact', 'must be an e-mail address or a web address of up to 200 letters');
};

/**
 * The point of the parameter `home`; `undefined` when it is not set.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when it is not a point
 */
export const homeOf = ({ parameters }: Configuration): Point | undefined => {
  const { home } = parameters;
  if (home === undefined || home.trim() === '') return undefined;
  const [, latitude, longitude] = DEGREES.exec(home) ?? [];
  const point = { latitude: Number(latitude), longitude: Number(longitude) };
  const isPoint = Math.abs(point.latitude) <= 90 && Math.abs(point.longitude) <= 180;
  if (!isPoint) throw settingError('home', 'must be latitude,longitude such as 40.75,-79.65');
  return pointOf(point);
};

/** How an operator sets a parameter. */
export const commandFor = (name: ActionParameter): string =>
  stageCommand(`make set NAME=${name}`, '…');

const settingError = (name: ActionParameter, problem: string): AppError =>
  new AppError(
    'unavailable',
    'CONFIG_UNAVAILABLE',
    `parameter ${name} ${problem}; set it with ${commandFor(name)}`,
    { retryable: false },
  );
