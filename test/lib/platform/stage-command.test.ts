import { expect, it } from 'vitest';
import { stageCommand } from '#lib/platform/stage-command.ts';

it.each([
  { stage: 'dev', command: 'make x STAGE=dev (without STAGE for make dev)' },
  { stage: 'stage', command: 'make x STAGE=stage' },
  { stage: 'prod', command: 'make x STAGE=prod' },
  { stage: '…', command: 'make x STAGE=… (without STAGE for make dev)' },
] as const)('a command for $stage says how to reach every platform of that stage', (hint) => {
  expect(stageCommand('make x', hint.stage)).toBe(hint.command);
});
