/** A command for a terminal, and what a person should know about it. */
export interface CommandText {
  command: string;
  note: string | undefined;
}

/** Splits a command of the API from the remark in parentheses after it, so that the command alone can be copied. */
export const commandText = (text: string): CommandText => {
  const [, command = text, note] = /^(.*?) \((.+)\)$/.exec(text) ?? [];
  return { command, note };
};
