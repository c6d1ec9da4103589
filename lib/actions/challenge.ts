import type { HttpResponse } from '#lib/http/response.ts';
import type { Service } from '#lib/http/service.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { OutsideRequest } from './action.ts';

const PAGE = /^\s*(?:<!doctype html|<html)/i;

/** Whether a response asks for a browser instead of answering. A failing proxy also sends a page, with a 5xx. */
export const isChallenge = (
  { status, headers, body }: HttpResponse,
  expects: OutsideRequest['expects'],
): boolean => {
  if (headers['cf-mitigated'] !== undefined) return true;
  if (expects !== 'json' || status >= 500 || status === 429) return false;
  return /^text\/html\b/i.test(headers['content-type'] ?? '') || PAGE.test(body);
};

export const challengeError = ({ name, link }: Service): AppError => {
  const advice = link === undefined ? '' : `: use ${link}`;
  return new AppError('invalid', 'BLOCKED_BY_PROVIDER', `${name} accepts only browsers${advice}`);
};
