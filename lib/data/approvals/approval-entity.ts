import { Entity } from 'dynamodb-toolbox/entity';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { ApprovalSchema } from '#lib/approvals/approval-schema.ts';
import { attributesOf } from '#lib/data/attributes.ts';
import { documentClient } from '#lib/data/table.ts';
import { env } from '#lib/platform/env.ts';

/**
 * id                              the approval
 * status-created_date-index       "the pending approvals, newest first"
 */
export const ApprovalsTable = new Table({
  name: env('APPROVALS_TABLE'),
  partitionKey: { name: 'id', type: 'string' } as const,
  indexes: {
    'status-created_date-index': {
      type: 'global',
      partitionKey: { name: 'status', type: 'string' },
      sortKey: { name: 'created_date', type: 'string' },
    } as const,
  },
  documentClient,
});

export const ApprovalEntity = new Entity({
  name: 'approval',
  table: ApprovalsTable,
  schema: item(attributesOf(ApprovalSchema, ['id'])),
  entityAttribute: false,
  timestamps: false, // the caller sets the dates, with a clock that tests control
});
