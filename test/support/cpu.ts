const ROUNDS = 20;

/**
 * The CPU time of `work`: of the first of five rounds that is below `boundMs`, otherwise of the fastest. Several
 * rounds are needed because the machine may be busy, the first rounds compile the code, and any round may collect
 * garbage of earlier tests. Milliseconds.
 */
export const leastCpuMs = async (work: () => unknown, boundMs: number): Promise<number> => {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && leastMs >= boundMs; round += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1_000);
  }
  return leastMs;
};

/**
 * How many times more CPU `work` needs for an input that is eight times as large: about 8 for linear work, 64 for
 * quadratic work. It is a ratio, because milliseconds depend on the machine.
 */
export const cpuGrowth = async <T>(make: (size: number) => T, work: (input: T) => unknown) => {
  const [small, large] = [make(32_768), make(262_144)];
  const smallMs = await leastCpuMs(() => work(small), 0);
  return (await leastCpuMs(() => work(large), smallMs * 12)) / smallMs;
};

/** A growth that only work of more than linear time reaches. See {@link cpuGrowth}. */
export const MORE_THAN_LINEAR = 32;
