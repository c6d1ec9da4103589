import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiMessage, MessageList } from '#handlers/web/app/api/responses.ts';
import type { Resource } from './use-resource.ts';

type Failure = Pick<ApiMessage, 'id' | 'error_code' | 'updated_date'>;

/** The messages that failed in the last 24 hours. */
export interface FailedLately {
  messages: readonly Failure[];
  /** Whether more messages have failed than were read. */
  hasMore: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const LIMIT = 50;

/** Reads the newest failed messages. */
export const readFailedLately = async (signal: AbortSignal): Promise<FailedLately> => {
  const options = { query: { status: 'failed', limit: LIMIT }, signal };
  const { body } = await request<MessageList>('GET', '/api/messages', options);
  return failedLately(body.data, { hasMore: body.pagination.has_more, nowMs: Date.now() });
};

/**
 * The messages of a page that failed in the last 24 hours. The filters of the API use the time of creation, but a message
 * that was held can fail days after that.
 */
export const failedLately = (
  page: readonly Failure[],
  { hasMore, nowMs }: { hasMore: boolean; nowMs: number },
): FailedLately => {
  const messages = page.filter(({ updated_date }) => nowMs - Date.parse(updated_date) < DAY_MS);
  return { messages, hasMore: hasMore && messages.length === page.length };
};

/** `12`, or `50+` when more messages have failed than were read. */
export const failedCountText = ({ messages, hasMore }: FailedLately): string =>
  `${messages.length}${hasMore ? '+' : ''}`;

/** What the frame reads for its navigation. The overview shows the same, so that both agree. */
export const FailedLatelyContext = createContext<Resource<FailedLately> | undefined>(undefined);

/** @throws Error outside of the frame */
export const useFailedLately = (): Resource<FailedLately> => {
  const resource = useContext(FailedLatelyContext);
  if (resource === undefined) throw new Error('the page is not in the frame');
  return resource;
};
