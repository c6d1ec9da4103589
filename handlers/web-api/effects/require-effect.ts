import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import { EFFECT_ID, type Effect } from '#lib/effects/effect-schema.ts';
import { AppError } from '#lib/platform/errors.ts';

/**
 * The id in a path. A malformed id is handled like an unknown one, and so is the id of a quota, a row of the same table.
 * @throws AppError `not-found` / `EFFECT_NOT_FOUND`
 */
export const effectIdIn = ({ id = '' }: ApiRequest['params']): string => {
  if (EFFECT_ID.test(id)) return id;
  throw effectNotFoundError();
};

/** The effect that a path names. @throws AppError `not-found` / `EFFECT_NOT_FOUND` */
export const requireEffect = async (
  params: ApiRequest['params'],
  find: ApiDeps['effects']['find'],
): Promise<Effect> => {
  const effect = await find(effectIdIn(params));
  if (effect === undefined) throw effectNotFoundError();
  return effect;
};

const effectNotFoundError = () =>
  new AppError('not-found', 'EFFECT_NOT_FOUND', 'there is no such effect');
