import type { ApiMessage } from '#handlers/web/app/api/responses.ts';

export type FailedMessage = Pick<
  ApiMessage,
  'id' | 'message_type' | 'error_code' | 'created_date' | 'updated_date'
>;

/** Failed messages of one type with the same error code. */
export interface FailedGroup<Item extends FailedMessage> {
  /** Identifies the group in addresses. */
  key: string;
  code: string;
  type: string;
  /** Newest first. */
  messages: readonly [Item, ...Item[]];
}

const NO_CODE = 'no code';

/** The messages by error code and type. The largest group is first, and of two that are equal, the one with the newest message. */
export const failedGroups = <Item extends FailedMessage>(
  messages: readonly Item[],
): FailedGroup<Item>[] => {
  const groups = new Map<string, FailedGroup<Item>>();
  for (const message of [...messages].sort(newestFirst)) {
    const { error_code: code = NO_CODE, message_type: type } = message;
    const key = `${code} ${type}`;
    const group = groups.get(key);
    groups.set(key, {
      key,
      code,
      type,
      messages: group === undefined ? [message] : [...group.messages, message],
    });
  }
  return [...groups.values()].sort(
    (a, b) => b.messages.length - a.messages.length || newestFirst(a.messages[0], b.messages[0]),
  );
};

const newestFirst = (a: FailedMessage, b: FailedMessage): number =>
  a.created_date < b.created_date ? 1 : a.created_date > b.created_date ? -1 : 0;

/**
 * The messages that were not redriven since they were read. A message that failed again is one of them.
 * @param redriven the state of each message right after its redrive, by id
 */
export const notRedriven = <Item extends FailedMessage>(
  messages: readonly Item[],
  redriven: ReadonlyMap<string, Pick<FailedMessage, 'updated_date'>>,
): Item[] =>
  messages.filter(({ id, updated_date }) => {
    const after = redriven.get(id);
    return after === undefined || updated_date > after.updated_date;
  });
