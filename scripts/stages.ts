const STAGES: readonly string[] = ['dev', 'stage', 'prod'];

/**
 * The stage that `STAGE` names, or `undefined` for the running `make dev`.
 * @throws Error with the usage when it is not a stage
 */
export const readStage = ({ STAGE = '' }: NodeJS.ProcessEnv, usage: string): string | undefined => {
  if (STAGE === '') return undefined;
  if (STAGES.includes(STAGE)) return STAGE;
  throw new Error(
    `STAGE must be a stage: ${usage} STAGE=dev, stage or prod; default: the running make dev`,
  );
};
