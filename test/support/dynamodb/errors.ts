import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './values.ts';

const metadata = (httpStatusCode: number) => ({
  httpStatusCode,
  requestId: 'fake',
  attempts: 1,
  totalRetryDelay: 0,
});

/** The service has no class for this error: the SDK throws its base exception with this name. */
export const validationError = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    message,
    $metadata: metadata(400),
  });

export const notFoundError = (): ResourceNotFoundException =>
  new ResourceNotFoundException({
    message: 'Requested resource not found',
    $metadata: metadata(400),
  });

/**
 * `item` is the old row, if the request wants it. It stays in DynamoDB's own notation, because lib-dynamodb
 * unmarshalls outputs but not errors.
 */
export const conditionFailedError = (item: Item | undefined): ConditionalCheckFailedException =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: metadata(400),
    ...(item === undefined ? {} : { Item: marshall(item) }),
  });

export const okMetadata = () => metadata(200);
