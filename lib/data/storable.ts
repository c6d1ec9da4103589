/**
 * Values as the marshaller of the SDK stores them without loss. It reads `constructor` of an object to find out what the
 * object is, and finds a property of that name first, such as in `{ "constructor": "Ferrari" }`: it refuses the object,
 * or stores something else. In a Map every name is data. Other values are returned as they are.
 */
export const storable = <Value>(value: Value): Value =>
  hasConstructor(value) ? (replaced(value) as Value) : value;

const hasConstructor = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.some(hasConstructor);
  return Object.hasOwn(value, 'constructor') || Object.values(value).some(hasConstructor);
};

const replaced = (value: unknown): unknown => {
  if (!hasConstructor(value)) return value;
  if (Array.isArray(value)) return value.map(replaced);
  const entries = Object.entries(value as object).map(
    ([name, of]) => [name, replaced(of)] as const,
  );
  return Object.hasOwn(value as object, 'constructor')
    ? new Map(entries)
    : Object.fromEntries(entries);
};
