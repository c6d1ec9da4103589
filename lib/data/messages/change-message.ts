import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { type IsOurs, onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import type { Message } from '#lib/messages/message.ts';
import { type MessageChanges, type MessageCondition, MessageEntity } from './message-entity.ts';

interface ChangeOptions {
  /** As `IsOurs`. Default: the row never contains the values of this write. */
  isOurs?: IsOurs;
  /** Time for the write. Milliseconds. Without it, the limits of the client apply. */
  timeoutMs?: number;
}

/**
 * The only function that updates a message. Every update is conditional.
 * @returns the row after the update, or `undefined` when the condition does not hold
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const changeMessage = (
  changes: MessageChanges,
  condition: MessageCondition,
  { isOurs = () => false, timeoutMs }: ChangeOptions = {},
): Promise<Message | undefined> =>
  withStoreErrors(
    MessageEntity.build(UpdateAttributesCommand)
      .item(changes)
      .options({
        condition,
        returnValues: 'ALL_NEW',
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send(timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMs) })
      .then(({ Attributes }): Message | undefined => Attributes)
      .catch(onConditionFailed<Message>(isOurs)),
  );

/** Like `changeMessage`, but does not return the row. @returns whether the condition held */
export const tryChangeMessage = async (
  ...update: Parameters<typeof changeMessage>
): Promise<boolean> => (await changeMessage(...update)) !== undefined;
