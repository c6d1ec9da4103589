import type { Stage } from './env.ts';

/**
 * How an operator runs a make command for a stage: `make set NAME=home STAGE=prod`. The local platform has the stage dev,
 * too, and its commands have no STAGE.
 * @param stage `…` where the stage is not known
 */
export const stageCommand = (command: string, stage: Stage | '…'): string => {
  const mayBeLocal = stage === 'dev' || stage === '…';
  return `${command} STAGE=${stage}${mayBeLocal ? ' (without STAGE for make dev)' : ''}`;
};
