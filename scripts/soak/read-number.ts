/** A whole number from the environment, at least 1. @throws Error that names the variable */
export const readNumber = (name: string, fallback: number): number => {
  const value = Number(process.env[name] || fallback);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a number from 1 on`);
  return value;
};

/** The seed of a run: `SOAK_SEED`, or a new one. */
export const readSeed = (): number => readNumber('SOAK_SEED', 1 + Math.floor(Date.now() / 1_000));
