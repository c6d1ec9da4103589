/** The third argument that Node passes to a reviver. The types of TypeScript do not contain it yet. */
interface Source {
  /** The text of a number, string, boolean or null as written in the JSON. */
  source?: string;
}

/**
 * The first JSON value of a text. What follows it is ignored. `undefined` when there is none. As in Go, half of a
 * surrogate pair becomes U+FFFD, and only a number without fraction and exponent is a whole number: `4.0` becomes NaN.
 */
export const firstJson = (text: string): unknown => {
  try {
    return JSON.parse(text.slice(0, endOfObject(text)), (_, value: unknown, context?: Source) => {
      if (typeof value === 'string') return value.toWellFormed();
      if (typeof value === 'number' && !/^-?\d+$/.test(context?.source ?? '')) return Number.NaN;
      return value;
    });
  } catch {
    return undefined;
  }
};

/**
 * The properties under the given names, whatever their case. As in Go, the last one counts, a property that is null is
 * like one that is absent, and so is an object that is null. Other values are returned as they are.
 */
export const foldedProperties = (value: unknown, names: readonly string[]): unknown => {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const patterns = names.map((name) => [name, new RegExp(`^${name}$`, 'iu')] as const);
  const entries = Object.entries(value).flatMap(([key, property]) => {
    const name = patterns.find(([, pattern]) => pattern.test(key))?.[0];
    return name === undefined || property === null ? [] : [[name, property] as const];
  });
  return Object.fromEntries(entries);
};

const endOfObject = (text: string): number => {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (isInString) {
      if (char === '\\') index += 1;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if ((char === '}' || char === ']') && --depth === 0) return index + 1;
  }
  return text.length;
};
