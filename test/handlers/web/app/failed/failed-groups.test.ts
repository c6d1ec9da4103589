import { describe, expect, it } from 'vitest';
import { failedGroups, notRedriven } from '#handlers/web/app/failed/failed-groups.ts';

const failed = (minute: number, message_type: string, error_code?: string) => {
  const created_date = new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString();
  return {
    id: `msg_${minute}`,
    message_type,
    error_code,
    created_date,
    updated_date: created_date,
  };
};

describe('failedGroups', () => {
  it('groups by code and type, the largest group and the newest message first', () => {
    const groups = failedGroups([
      failed(1, 'notify', 'EXPIRED'),
      failed(2, 'manual', 'EXPIRED'),
      failed(3, 'notify', 'EXPIRED'),
      failed(4, 'notify', 'NTFY_REJECTED'),
    ]);

    expect(groups.map(({ key, messages }) => [key, messages.map(({ id }) => id)])).toEqual([
      ['EXPIRED notify', ['msg_3', 'msg_1']],
      ['NTFY_REJECTED notify', ['msg_4']],
      ['EXPIRED manual', ['msg_2']],
    ]);
  });

  it('has a group for messages without a code', () => {
    expect(failedGroups([failed(1, 'notify')])).toMatchObject([{ code: 'no code' }]);
  });

  it('has no group without messages', () => {
    expect(failedGroups([])).toEqual([]);
  });
});

describe('notRedriven', () => {
  it('leaves out a redriven message until it has failed again', () => {
    const before = failed(1, 'notify', 'EXPIRED');
    const redriven = new Map([[before.id, { updated_date: '2026-03-01T13:00:00.000Z' }]]);
    const again = { ...before, updated_date: '2026-03-01T13:00:01.000Z' };

    expect(notRedriven([before, failed(2, 'notify')], redriven)).toMatchObject([{ id: 'msg_2' }]);
    expect(notRedriven([again], redriven)).toEqual([again]);
  });
});
