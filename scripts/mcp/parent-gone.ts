const CHECK_INTERVAL_MS = 500;

/** Resolves when the parent process has ended: then the system gives this process another parent. */
export const parentGone = (parentPid = process.ppid): Promise<void> =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parentPid) return;
      clearInterval(timer);
      resolve();
    }, CHECK_INTERVAL_MS);
    timer.unref();
  });
