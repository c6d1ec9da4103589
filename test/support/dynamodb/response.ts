import { type Parsed, type Path, parseProjection } from './expression.ts';
import { type ExpressionScope, type Placeholders, resolve } from './scope.ts';
import { pickPaths } from './update.ts';
import { copy, type Item, stored } from './values.ts';

/** The response of a command, and its cost. */
export interface CommandResponse {
  output: Record<string, unknown>;
  table: string;
  index?: string | undefined;
  readUnits?: number;
  writeUnits?: number;
}

/** The placeholders of a request, with values as they would be stored. */
export const scopeOf = (request: Placeholders): ExpressionScope => ({
  names: request.ExpressionAttributeNames ?? {},
  values: (request.ExpressionAttributeValues === undefined
    ? {}
    : stored(request.ExpressionAttributeValues)) as Item,
});

/** The read units of this many bytes that are read together. */
export const units = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(Math.ceil(bytes / 4096), 1) * (consistent ? 1 : 0.5);

export const projectionOf = (text: string | undefined): Parsed<readonly Path[]> | undefined =>
  text === undefined ? undefined : parseProjection(text, 'ProjectionExpression');

/** The part of a row that a request gets: a copy of the whole row, or of the attributes that it names. */
export const projected = (
  item: Item,
  projection: Parsed<readonly Path[]> | undefined,
  scope: ExpressionScope,
) =>
  projection === undefined
    ? copy(item)
    : pickPaths(
        item,
        projection.tree.map((path) => resolve(path, scope)),
      );
