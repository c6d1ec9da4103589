import { Entity } from 'dynamodb-toolbox/entity';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { attributesOf } from '#lib/data/attributes.ts';
import { documentClient } from '#lib/data/table.ts';
import { EffectSchema, QuotaSchema } from '#lib/effects/effect-schema.ts';
import { env } from '#lib/platform/env.ts';

/**
 * effect_id                       the effect, or the counter of a quota
 * status-updated_date-index       "the unknown effects, newest change first"; counters are not in it
 */
export const EffectsTable = new Table({
  name: env('EFFECTS_TABLE'),
  partitionKey: { name: 'effect_id', type: 'string' } as const,
  indexes: {
    'status-updated_date-index': {
      type: 'global',
      partitionKey: { name: 'status', type: 'string' },
      sortKey: { name: 'updated_date', type: 'string' },
    } as const,
  },
  documentClient,
});

export const EffectEntity = new Entity({
  name: 'effect',
  table: EffectsTable,
  schema: item(attributesOf(EffectSchema, ['effect_id'])),
  entityAttribute: false,
  timestamps: false, // the ledger sets the dates, with a clock that tests control
});

export const QuotaEntity = new Entity({
  name: 'quota',
  table: EffectsTable,
  schema: item(attributesOf(QuotaSchema, ['effect_id'])),
  entityAttribute: false,
  timestamps: false,
});
