const ROUNDS = 5;

/**
 * CPU that the process spends until `work` is done, in the first of five rounds that stays below `boundMs`, else in the
 * best: the machine may be busy, the first rounds compile, and the garbage of earlier tests is collected in any of them.
 * Milliseconds.
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
 * How many times more CPU `work` spends on an input that is eight times as large: about 8 when the work is linear, 64 when
 * it is quadratic. A ratio, because how many milliseconds a scan takes says more about the machine than about the scan.
 */
export const cpuGrowth = async <T>(make: (size: number) => T, work: (input: T) => unknown) => {
  const [small, large] = [make(32_768), make(262_144)];
  const smallMs = await leastCpuMs(() => work(small), 0);
  return (await leastCpuMs(() => work(large), smallMs * 12)) / smallMs;
};

/** Growth that only work of more than linear time reaches; {@link cpuGrowth}. */
export const MORE_THAN_LINEAR = 32;
