import { inject } from 'vitest';

export interface OneShot {
  name: string;
  /** Milliseconds since the Unix epoch, rounded to seconds. */
  atMs: number;
  target: unknown;
}

interface Schedule {
  Name: string;
  ScheduleExpression: string;
  Target: { Arn: string; RoleArn: string; Input: string };
}

/**
 * EventBridge Scheduler's API. The product has no client with these operations.
 * Source: its API reference.
 */
export const schedulesAt = () => {
  const { endpoint } = inject('platform');
  const call = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${endpoint}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', Authorization: SIGNED },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  };
  return {
    get: (name: string, group: string) =>
      call<Schedule>('GET', `/schedules/${name}?groupName=${group}`),
    remove: (name: string, group: string) =>
      call('DELETE', `/schedules/${name}?groupName=${group}`),
    create: (name: string, body: Record<string, unknown>) =>
      call('POST', `/schedules/${name}`, { FlexibleTimeWindow: { Mode: 'OFF' }, ...body }),
    createRate: (name: string, { startMs, target }: { startMs: number; target: unknown }) =>
      call('POST', `/schedules/${name}`, {
        ScheduleExpression: 'rate(1 minute)',
        StartDate: startMs / 1_000,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: target,
      }),
    createOnce: ({ name, atMs, target }: OneShot) =>
      call('POST', `/schedules/${name}`, {
        ScheduleExpression: `at(${new Date(atMs).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: target,
      }),
  };
};

/** The local AWS takes the service from the scope and accepts any signature. */
const SIGNED =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/scheduler/aws4_request, SignedHeaders=host, Signature=0';
