import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { MessageEntity } from '#lib/data/message-entity.ts';
import type { Message } from '#lib/messages/message.ts';

/** Everything that writing a message takes, except sending it: for functions that warm up while they start. */
export const rehearseWrites = async (message: Message): Promise<Message> => {
  MessageEntity.build(PutItemCommand)
    .item(message as never)
    .options({ condition: { attr: 'id', exists: false } })
    .params();
  MessageEntity.build(UpdateItemCommand)
    .item({ id: message.id, status: 'queued' })
    .options({ condition: { attr: 'status', in: ['created'] }, returnValues: 'ALL_NEW' })
    .params();
  return message;
};
