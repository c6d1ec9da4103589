import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lambda gives one virtual CPU at this memory size, and a share of it below. MB. Source: AWS Lambda developer guide, "Memory". */
const FULL_CPU_MB = 1_769;
const PERIOD_US = 20_000;

export interface CpuQuota {
  /** From now on, the process gets only its share of the CPU. */
  enter: (pid: number) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Limits a process to the CPU share of a function of this size, with a Linux control group.
 * @returns the reason, if this machine does not allow it
 */
export const openQuota = async (memoryMb: number): Promise<CpuQuota | { reason: string }> => {
  const quotaUs = String(Math.round((PERIOD_US * memoryMb) / FULL_CPU_MB));
  const group = `rez-agent-bench-${process.pid}`;
  const [folder, limit, text] = existsSync('/sys/fs/cgroup/cgroup.controllers')
    ? [join('/sys/fs/cgroup', group), 'cpu.max', `${quotaUs} ${PERIOD_US}`]
    : [join('/sys/fs/cgroup/cpu', group), 'cpu.cfs_quota_us', quotaUs];
  try {
    await mkdir(folder);
    if (limit !== 'cpu.max') await writeFile(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US));
    await writeFile(join(folder, limit), text);
    await readFile(join(folder, limit));
  } catch (error) {
    await rmdir(folder).catch(() => {});
    return { reason: `no CPU quota on this machine (${(error as NodeJS.ErrnoException).code})` };
  }
  return {
    enter: (pid) => writeFile(join(folder, 'cgroup.procs'), String(pid)),
    close: () => rmdir(folder),
  };
};
