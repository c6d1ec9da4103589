import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { unlessStoreFails } from '#lib/data/write.ts';
import type { Message } from '#lib/messages/message.ts';
import { MessagesTable } from './message-entity.ts';
import { findAll } from './messages.ts';

/** More than any run has that obeys the limit of hops. */
const MAX_OF_A_RUN = 1_000;

/** Every message of one correlation, oldest first, each read consistently; the newest may be missing for a moment. */
export const findCorrelated = async (correlationId: string): Promise<Message[]> => {
  const { Items } = await unlessStoreFails(
    MessagesTable.build(QueryCommand)
      .query({ index: 'correlation_id-created_date-index', partition: correlationId })
      .options({ limit: MAX_OF_A_RUN })
      .send(),
  );
  return findAll(
    (Items ?? []).map(({ id }) => String(id)),
    { consistent: true },
  );
};
