export interface Lock {
  /** Makes another process a holder: the lock is held until that process has ended, too. */
  add: (pid: number) => void;
  release: () => void;
}

export interface LockOptions {
  /** Called once with the process id of the holder, before the wait. */
  onWait?: (pid: number) => void;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

export declare const tryLock: (folder: string) => Lock | undefined;

export declare const whileLocked: <T>(
  folder: string,
  work: (lock: Lock) => Promise<T>,
  options?: LockOptions,
) => Promise<T>;

/** Process id of a running process that holds the lock. */
export declare const holderOf: (folder: string) => number | undefined;
