import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Lambda gives a whole virtual CPU at this much memory, and to less its share. MB. Source: AWS Lambda developer guide, "Memory". */
const FULL_CPU_MB = 1_769;
const PERIOD_US = 20_000;

export interface Quota {
  /** From now on the process gets no more than its share. */
  enter: (pid: number) => Promise<void>;
  close: () => Promise<void>;
}

/**
 * The share of the CPU that a function of this size gets, by a control group of Linux.
 * @returns why there is none, where the machine does not let us make one
 */
export const openQuota = async (memoryMb: number): Promise<Quota | { reason: string }> => {
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
