import { expect, it } from 'vitest';
import { commandText } from '#handlers/web/app/system/command-text.ts';
import { stageCommand } from '#lib/platform/stage-command.ts';

it('separates a command from the remark of the API', () => {
  expect(commandText(stageCommand('make set NAME=home', 'dev'))).toEqual({
    command: 'make set NAME=home STAGE=dev',
    note: 'without STAGE for make dev',
  });
});

it('keeps a command without a remark', () => {
  expect(commandText(stageCommand('make set NAME=home', 'prod'))).toEqual({
    command: 'make set NAME=home STAGE=prod',
    note: undefined,
  });
});
