/** The query `search` with other values of these parameters; an empty text removes one. Without a question mark. */
export const changedQuery = (search: string, changes: Readonly<Record<string, string>>): string => {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  return parameters.toString();
};
