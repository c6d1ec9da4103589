/**
 * What every object literal seems to have: `({})[name]` is not undefined. A look-up of a caller's text in one finds
 * these unless it asks `Object.hasOwn` or a Map.
 */
export const INHERITED_NAMES: readonly string[] = Object.getOwnPropertyNames(Object.prototype);
