import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { callApi } from './call-api.ts';
import { line } from './printable.ts';
import type { TargetPlatform } from './target-platform.ts';

/** The fields of a message, as the API returns them, that commands use. */
export const FollowedMessageFields = z.object({
  id: z.string(),
  status: z.string(),
  created_date: z.string(),
  parent_id: z.optional(z.string()),
  notification_id: z.optional(z.string()),
  result: z.optional(z.record(z.string(), z.unknown())),
  error_code: z.optional(z.string()),
  error_message: z.optional(z.string()),
});
export type FollowedMessage = z.output<typeof FollowedMessageFields>;

export interface FollowMessageOptions extends TargetPlatform {
  /** What it is, for the printed lines. */
  what: string;
  /** The last time of a request. Milliseconds since the Unix epoch. */
  endMs: number;
  print: (text: string) => void;
}

/** The wait before the second request for the status. Each later wait is half as long again, up to the last value. */
const FIRST_PAUSE_MS = 150;
const LAST_PAUSE_MS = 2_000;

/**
 * Prints each new status of a message until it is completed or has failed.
 * @throws Error when it takes too long
 */
export const followMessage = async (
  id: string,
  { what, endMs, print, ...platform }: FollowMessageOptions,
): Promise<FollowedMessage> => {
  const path = `/api/messages/${encodeURIComponent(id)}`;
  let printed = '';
  let pauseMs = FIRST_PAUSE_MS;
  while (Date.now() < endMs) {
    const message = await callApi({ ...platform, path }, FollowedMessageFields);
    const text = statusText(what, message);
    if (text !== printed) print(text);
    printed = text;
    if (hasEnded(message)) return message;
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, LAST_PAUSE_MS);
  }
  throw new Error(
    line`${id} is not finished yet. The platform continues with it: ${platform.apiUrl}${path}`,
  );
};

/** @throws Error for a message that failed */
export const requireCompleted = ({ id, status }: FollowedMessage): void => {
  if (status !== 'completed') throw new Error(line`${id} failed`);
};

export const hasEnded = ({ status }: Pick<FollowedMessage, 'status'>): boolean =>
  status === 'completed' || status === 'failed';

/** The status of a message, and why it waits or failed. */
export const statusText = (
  what: string,
  {
    status,
    error_code,
    error_message = '',
  }: Pick<FollowedMessage, 'status' | 'error_code' | 'error_message'>,
): string =>
  error_code === undefined
    ? line`${what} ${status}`
    : line`${what} ${status} (${error_code}: ${error_message})`;
