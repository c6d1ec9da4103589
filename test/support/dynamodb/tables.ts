/** How a table or an index finds its items: attribute names. */
export interface KeySchema {
  partition: string;
  sort?: string;
}

export interface IndexDefinition extends KeySchema {
  /** What an entry carries beside both keys. */
  projection: 'KEYS_ONLY' | 'ALL';
}

export interface TableDefinition {
  key: KeySchema;
  /** Types of the attributes that are keys of the table or of an index. */
  types: Readonly<Record<string, 'S' | 'N' | 'B'>>;
  indexes?: Readonly<Record<string, IndexDefinition>>;
}

const byCreation = (partition: string): IndexDefinition => ({
  partition,
  sort: 'created_date',
  projection: 'KEYS_ONLY',
});

/** The tables of the dev stage. */
export const TABLES = {
  'rez-agent-messages-dev': {
    key: { partition: 'id' },
    types: {
      id: 'S',
      stage: 'S',
      status: 'S',
      correlation_id: 'S',
      created_date: 'S',
      due_bucket: 'S',
      next_due_at: 'S',
    },
    indexes: {
      'stage-created_date-index': byCreation('stage'),
      'status-created_date-index': byCreation('status'),
      'correlation_id-created_date-index': byCreation('correlation_id'),
      'due-index': { partition: 'due_bucket', sort: 'next_due_at', projection: 'KEYS_ONLY' },
    },
  },
  'rez-agent-circuit-breaker-dev': {
    key: { partition: 'service_name' },
    types: { service_name: 'S' },
  },
  'rez-agent-metrics-dev': {
    key: { partition: 'day', sort: 'hour' },
    types: { day: 'S', hour: 'S' },
  },
  'rez-agent-schedules-dev': {
    key: { partition: 'id' },
    types: { id: 'S', status: 'S', created_by: 'S', created_date: 'S', name: 'S' },
    indexes: {
      'status-created_date-index': byCreation('status'),
      'created_by-index': byCreation('created_by'),
      'name-index': { partition: 'name', projection: 'KEYS_ONLY' },
    },
  },
  'rez-agent-idempotency-dev': {
    key: { partition: 'id' },
    types: { id: 'S' },
  },
} as const satisfies Record<string, TableDefinition>;
