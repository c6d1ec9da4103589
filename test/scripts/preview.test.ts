import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unsafeIn } from '#test/support/unsafe-text.ts';

const SCRIPT = resolve(import.meta.dirname, '..', '..', 'scripts', 'preview.ts');

const preview = (environment: Record<string, string>) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
    timeout: 80_000,
  });
  return { status, stdout, stderr };
};

describe('make preview', () => {
  it('lists fires in local time and in UTC, with notes about clock changes', () => {
    const EXPR = 'cron(30 2 29 3 ? 2037,2038)';
    const { status, stdout } = preview({ EXPR, ZONE: 'Europe/Berlin', COUNT: '5' });

    expect(status).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'cron(30 2 29 3 ? 2037,2038) in Europe/Berlin',
      '',
      '  Mon 2038-03-29 02:30:00 +02:00   2038-03-29T00:30:00.000Z',
      '',
      '  note: clocks go forward over 2037-03-29 02:30: skipped',
      '',
    ]);
  });

  it.each([
    { variables: {}, message: 'EXPR is missing' },
    { variables: { EXPR: 'rate(1 hour)', COUNT: '51' }, message: 'COUNT must be 1 to 50' },
    { variables: { EXPR: 'rate(1 hour)', ZONE: 'Moon' }, message: 'ZONE: is not the IANA name' },
    {
      variables: { EXPR: 'cron(0 25 * * ? *)', ZONE: 'Moon' },
      message: 'ZONE: is not the IANA name',
    },
    { variables: { EXPR: 'cron(0 25 * * ? *)' }, message: 'EXPR.hour: "25" is not 0 to 23' },
    {
      variables: { EXPR: 'rate(1 minute)' },
      message: 'EXPR: fires more often than every 5 minutes',
    },
  ])('refuses $variables with the message: $message', ({ variables, message }) => {
    const { status, stderr } = preview(variables);

    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    { EXPR: '\u001b]8;;https://evil.example\u0007rate(1 hour)' },
    { EXPR: 'cron(0 \u009b31m * * ? *)' },
    { EXPR: 'rate(1 hour)', ZONE: 'Europe/\u202eBerlin\n  Mon' },
    { EXPR: 'rate(1 hour)', COUNT: '\u001b[2J' },
  ])('prints nothing that changes the terminal: %j', (variables) => {
    const { status, stdout, stderr } = preview(variables);

    expect(status).toBe(1);
    expect(stderr.length).toBeGreaterThan(0);
    expect(unsafeIn((stdout + stderr).replaceAll('\n', ''))).toEqual([]);
    expect(stderr).not.toMatch(/^ {2}Mon/m);
  });
});
