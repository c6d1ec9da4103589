const STAGES: readonly string[] = ['dev', 'stage', 'prod'];

/**
 * The stage with that name. Without a name: `undefined`, which means the running `make dev`.
 * @throws Error with the usage when it is not a stage
 */
export const readStage = (name: string | undefined, usage: string): string | undefined => {
  if (name === undefined || name === '') return undefined;
  if (STAGES.includes(name)) return name;
  throw new Error(
    `STAGE must be a stage: ${usage} STAGE=dev, stage or prod; default: the running make dev`,
  );
};

/** The stage with that name, for a command that works only on stages in AWS. @throws Error with the usage for another name */
export const requireStage = (name: string | undefined, usage: string): string => {
  if (name !== undefined && STAGES.includes(name)) return name;
  throw new Error(`STAGE must be a stage: ${usage} STAGE=dev, stage or prod`);
};
