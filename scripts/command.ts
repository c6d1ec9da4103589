/**
 * Runs what a script is for. An error ends it with one line that says what is wrong: who called it did not write it, and
 * has no use for its stack.
 */
export const command = async (main: () => Promise<void> | void): Promise<void> => {
  try {
    await main();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
};

/** One line about an error. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
