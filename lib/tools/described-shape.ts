import * as z from 'zod/mini';

/** The properties of an object, each with its description for assistants. */
export const describedShape = <Shape extends Readonly<Record<string, z.ZodMiniType>>>(
  shape: Shape,
  texts: Readonly<Record<keyof Shape & string, string>>,
): Shape =>
  Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      schema.check(z.describe(texts[name] ?? '')),
    ]),
  ) as Shape;
