import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { validationError } from './errors.ts';
import { type RowAction, readCheck, readDelete, readPut, readUpdate } from './row-action.ts';
import type { Store } from './store.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** The fields that are implemented. Others are refused, so that no test relies on them. */
const OF_EVERY_ACTION = [
  ...['TableName', 'ConditionExpression', 'ReturnValuesOnConditionCheckFailure'],
  ...['ExpressionAttributeNames', 'ExpressionAttributeValues'],
];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Put: [...OF_EVERY_ACTION, 'Item'],
  Update: [...OF_EVERY_ACTION, 'Key', 'UpdateExpression'],
  Delete: [...OF_EVERY_ACTION, 'Key'],
  ConditionCheck: [...OF_EVERY_ACTION, 'Key'],
};

/**
 * One action of a transaction.
 * @throws ValidationException
 */
export const readTransactItem = (store: Store, one: TransactItem): RowAction => {
  checkFields(one);
  const { Put, Update, Delete, ConditionCheck } = one;
  if (Put !== undefined) return readPut(store, Put);
  if (Delete !== undefined) return readDelete(store, Delete);
  if (Update !== undefined) {
    checkPresent('updateExpression', Update.UpdateExpression);
    return readUpdate(store, Update);
  }
  checkPresent('conditionExpression', ConditionCheck?.ConditionExpression);
  return readCheck(store, { Key: undefined, ...ConditionCheck });
};

const checkFields = (one: TransactItem) => {
  const given = Object.entries(one).filter(([, action]) => action !== undefined);
  const [kind = '', action = {}] = given[0] ?? [];
  if (given.length !== 1 || !Object.hasOwn(FIELDS, kind)) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  for (const [field, value] of Object.entries(action ?? {})) {
    if (value !== undefined && !FIELDS[kind]?.includes(field)) {
      throw new Error(`the in-memory DynamoDB does not know TransactWriteItems.${kind}.${field}`);
    }
  }
};

const checkPresent = (field: string, value: string | undefined) => {
  if (value !== undefined) return;
  throw validationError(
    `1 validation error detected: Value null at '${field}' failed to satisfy constraint: Member must not be null`,
  );
};
