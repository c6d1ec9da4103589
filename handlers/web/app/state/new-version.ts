/** The name in the tab's storage of the time of the last reload. Milliseconds since the Unix epoch. */
const KEY = 'reloaded-at';
const ONCE_PER_MS = 60_000;

/**
 * Reloads the page when a part of it cannot be loaded: after a deployment, the files of the version before it do not exist
 * any more. At most once per minute, so that a part that is broken does not reload the page forever.
 */
export const reloadForNewVersion = (error: Error): void => {
  const lastMs = Number(sessionStorage.getItem(KEY) ?? 0);
  if (!/import|module/i.test(error.message) || Date.now() - lastMs < ONCE_PER_MS) throw error;
  sessionStorage.setItem(KEY, String(Date.now()));
  location.reload();
};
