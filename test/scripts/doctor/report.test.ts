import { describe, expect, it } from 'vitest';
import { type CheckLine, runCheck } from '#scripts/doctor/check.ts';
import { reportText } from '#scripts/doctor/report.ts';
import { healthyStage, TOPIC } from './healthy-stage.ts';

const stage = healthyStage();

describe('the report of a healthy stage', () => {
  it('has one ok line for each check, and no other line', async () => {
    const lines = await stage.diagnose();

    expect(lines.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(lines.map(({ name }) => name)).toEqual([
      ...['credentials', 'region', 'concurrency'],
      ...['state bucket', 'state versions', 'state access', 'state TLS'],
      ...['Cognito quota', 'SSM quota', 'parameters', 'secrets'],
      ...['flag notifications', 'flag manual-messages', 'flag web-actions', 'flag dry-run'],
      ...['schedules', 'ntfy', 'Terraform', 'provider aws'],
    ]);
  });

  it('contains no secret', async () => {
    stage.parameters().set('ntfy-token', 'tk_canary');
    stage.parameters().set('cursor-key', 'canary-key');

    const text = reportText(await stage.diagnose(), { hasColour: false });

    expect(text).not.toContain('canary');
    expect(text).not.toContain(TOPIC);
    expect(text).not.toContain(stage.server().platform.apiUrl);
  });
});

describe('a check that cannot run', () => {
  it('is failed with the reason, and the others still run', async () => {
    stage.account.identityError = new Error('Could not load credentials from any providers');

    const lines = await stage.diagnose();

    const [first, ...others] = lines;
    expect(first).toEqual({
      state: 'failed',
      name: 'credentials',
      text: 'not checked: Could not load credentials from any providers',
      fix: expect.stringContaining('aws sso login'),
    });
    expect(others.filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  it('is failed for every part of a stage whose environment cannot be read', async () => {
    const lines = await stage.diagnose({
      reader: () => Promise.reject(new Error('there is no stage')),
    });

    const failed = lines.filter(({ state }) => state === 'failed');
    expect(failed.map(({ name }) => name)).toEqual([
      ...['parameters', 'secrets', 'flags', 'schedules', 'ntfy'],
    ]);
    for (const { text } of failed) expect(text).toBe('not checked: there is no stage');
  });

  it('shows why AWS refused the platform', async () => {
    stage.ssm().failWith(stage.accessDenied());

    const [line] = await stage.lines('flags');

    expect(line).toMatchObject({
      state: 'failed',
      text: 'not checked: SSM cannot be read: User ada is not authorized',
      fix: 'make doctor STAGE=dev with credentials that may call ssm:GetParameters',
    });
  });

  it('names the credentials as the fix while AWS does not accept them', async () => {
    const expired = Object.assign(new Error('The security token is expired'), {
      name: 'ExpiredTokenException',
    });
    stage.account.identityError = expired;
    stage.account.lambdaError = expired;
    stage.ssm().failWith(expired);

    const lines = await stage.diagnose();

    const fixOf = (name: string) => lines.find((line) => line.name === name)?.fix;
    expect(fixOf('credentials')).toContain('aws sso login');
    for (const name of ['region', 'concurrency', 'SSM quota', 'parameters', 'flags', 'ntfy']) {
      expect(fixOf(name)).toBe('correct the credentials first: see the line credentials');
    }
  });

  it('ends after its timeout', async () => {
    const check = { name: 'slow', fix: 'wait', run: () => new Promise<CheckLine[]>(() => {}) };

    expect(await runCheck(check, 20)).toEqual([
      {
        state: 'failed',
        name: 'slow',
        text: 'not checked: no result within 0.02 seconds',
        fix: 'wait',
      },
    ]);
  });
});

const LINES: CheckLine[] = [
  { state: 'ok', name: 'region', text: 'it is here' },
  { state: 'warning', name: 'secret golf/credentials', text: 'has no value', fix: 'make secret' },
  { state: 'failed', name: 'ntfy', text: 'it is down', fix: 'wait' },
];

describe('the text of the report', () => {
  it('is aligned, has the command below a line, and ends with the numbers', () => {
    expect(reportText(LINES, { hasColour: false })).toBe(
      [
        'ok       region                   it is here',
        'warning  secret golf/credentials  has no value',
        '         fix: make secret',
        'failed   ntfy                     it is down',
        '         fix: wait',
        '',
        '1 failed, 1 warning, 1 ok',
      ].join('\n'),
    );
  });

  it('has colours only on a terminal', () => {
    const plain = reportText(LINES, { hasColour: false });
    const coloured = reportText(LINES, { hasColour: true });

    expect(plain).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[31mfailed ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it('shows foreign text as text', () => {
    const evil = 'x\u001b[2J\nok';
    const line: CheckLine = { state: 'failed', name: evil, text: evil, fix: evil };

    const [first = '', second = ''] = reportText([line], { hasColour: false }).split('\n');

    expect(first).toContain(String.raw`x\u001b[2J\nok`);
    expect(second).toContain(String.raw`fix: x\u001b[2J\nok`);
  });
});
