/** Who began a run, as the beginning of its name says. `undefined` for a person. */
export const requesterText = (requester: string): string | undefined => {
  if (requester === 'scheduler') return 'a schedule';
  if (requester === 'deploy') return 'a deployment';
  const [, name] = /^(?:mcp|agent):(.+)$/s.exec(requester) ?? [];
  return name === undefined ? undefined : `the assistant ${name}`;
};
