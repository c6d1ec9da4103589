import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { withStoreErrors } from '#lib/data/write.ts';
import type { Message } from '#lib/messages/message.ts';
import { memberOf, type RunMember } from '#lib/messages/run-tree.ts';
import { MessagesTable } from './message-entity.ts';
import { findAll } from './messages.ts';

/** The maximum number of messages of a run that are shown. */
const MAX_MEMBERS = 500;
/** The maximum size of a run that is shown. Bytes of JSON. */
const MAX_RUN_BYTES = 4 * 1024 * 1024;
const CHUNK = 100;

/**
 * A message and all others with its correlation id, the oldest first, within the bounds above.
 * @returns the members, and whether some were left out
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const findRun = async (
  message: Message,
): Promise<{ members: [RunMember, ...RunMember[]]; isCut: boolean }> => {
  const { Items = [], LastEvaluatedKey } = await withStoreErrors(
    MessagesTable.build(QueryCommand)
      .query({
        index: 'correlation_id-created_date-index',
        partition: message.correlation_id,
      })
      .options({ limit: MAX_MEMBERS + 1 })
      .send(),
  );
  const others = Items.map(({ id }) => String(id)).filter((id) => id !== message.id);
  const members: [RunMember, ...RunMember[]] = [memberOf(message)];
  let bytes = bytesOf(members[0]);
  for (let start = 0; start < others.length; start += CHUNK) {
    for (const row of await findAll(others.slice(start, start + CHUNK), { consistent: true })) {
      const member = memberOf(row);
      bytes += bytesOf(member);
      if (members.length === MAX_MEMBERS || bytes > MAX_RUN_BYTES) return { members, isCut: true };
      members.push(member);
    }
  }
  return { members, isCut: LastEvaluatedKey !== undefined };
};

const bytesOf = (member: RunMember): number => Buffer.byteLength(JSON.stringify(member));
