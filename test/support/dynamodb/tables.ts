import { type KeySchema, tables } from '#test/support/terraform.ts';

export interface IndexDefinition extends KeySchema {
  /** The attributes of an index entry besides both keys. */
  projection: 'KEYS_ONLY' | 'ALL';
}

export interface TableDefinition {
  key: KeySchema;
  /** Types of the attributes that are keys of the table or of an index. */
  types: Readonly<Record<string, 'S' | 'N' | 'B'>>;
  indexes?: Readonly<Record<string, IndexDefinition>>;
}

/** The tables of stage dev, as Terraform creates them. */
export const TABLES: Readonly<Record<string, TableDefinition>> = Object.fromEntries(
  tables().map(({ name, indexes, ...key }) => [
    `rez-agent-${name}-dev`,
    {
      key,
      types: typesOf([key, ...indexes.values()]),
      indexes: Object.fromEntries(
        [...indexes].map(([index, keys]) => [index, { ...keys, projection: 'KEYS_ONLY' }]),
      ),
    },
  ]),
);

/** Every key is a string; see the module `table`. */
function typesOf(keys: readonly KeySchema[]): Record<string, 'S'> {
  const attributes = keys.flatMap(({ partition, sort }) => [partition, sort ?? []].flat());
  return Object.fromEntries(attributes.map((name) => [name, 'S']));
}
