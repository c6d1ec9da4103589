import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { preparedUpdates } from '#lib/data/prepared-updates.ts';
import { documentClient } from '#lib/data/table.ts';
import { type IsOurs, lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import type { Message } from '#lib/messages/message.ts';
import { type MessageChanges, type MessageCondition, MessageEntity } from './message-entity.ts';
import { messageOf } from './message-row.ts';

interface ChangeOptions {
  /** Tells from the row that refused the write whether it is this write's own doing, its first answer lost. */
  isOurs?: IsOurs;
  /** Give up after this. Milliseconds; without it the client's own bounds hold. */
  timeoutMs?: number;
}

const params = preparedUpdates((changes: MessageChanges, condition: MessageCondition) => {
  const { ToolboxItem: _, ...built } = MessageEntity.build(UpdateItemCommand)
    .item(changes)
    .options({ condition, returnValuesOnConditionFalse: 'ALL_OLD' })
    .params();
  return built;
});

/**
 * The one conditional update of a message; no other place builds one.
 * @returns the row as it stands now, or `undefined` when the condition does not hold
 */
export const change = async (
  changes: MessageChanges,
  condition: MessageCondition,
  options: ChangeOptions = {},
): Promise<Message | undefined> => {
  const row = await send(changes, condition, { ...options, returned: 'ALL_NEW' });
  return row && messageOf(row);
};

/** The same for who does not need the row. @returns whether the condition held */
export const changed = async (
  changes: MessageChanges,
  condition: MessageCondition,
  options: ChangeOptions = {},
): Promise<boolean> =>
  (await send(changes, condition, { ...options, returned: 'NONE' })) !== undefined;

const send = (
  changes: MessageChanges,
  condition: MessageCondition,
  { isOurs = () => false, timeoutMs, returned }: ChangeOptions & { returned: 'ALL_NEW' | 'NONE' },
): Promise<Record<string, unknown> | undefined> =>
  unlessStoreFails(
    documentClient
      .send(
        new UpdateCommand({ ...params(changes, condition), ReturnValues: returned }),
        timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMs) },
      )
      .then(({ Attributes = {} }) => Attributes)
      .catch(lostUnless<Record<string, unknown>>(isOurs)),
  );
