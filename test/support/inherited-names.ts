/**
 * Names that every object literal inherits: `({})[name]` is not undefined. A look-up of a caller's text in an object
 * finds them, unless it uses `Object.hasOwn` or a Map.
 */
export const INHERITED_NAMES: readonly string[] = Object.getOwnPropertyNames(Object.prototype);
