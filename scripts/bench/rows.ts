import { serverOf } from '#lib/channels/ntfy-config.ts';

const FAR = '2049-01-01T00:00:00.000Z';

/** The primary key of a row: of a message or schedule (`id`), of an hour (`day`), or of a breaker (neither). */
export interface Key {
  id?: { S: string };
  day?: { S: string };
}

/** The closed breaker of ntfy. It knows that the server echoes sequence ids. */
export const breakerOf = (origin: string) => ({
  service_name: { S: 'ntfy' },
  state: { S: 'closed' },
  failures: { N: '0' },
  trial: { N: '0' },
  successes: { N: '0' },
  version: { N: '1' },
  write_id: { S: 'bench' },
  ttl: { N: '4000000000' },
  echoes_sequence: { BOOL: true },
  echo_server: { S: serverOf(origin) },
});

/** The row of a key: a schedule or a message. */
export const itemOf = (key: Key, status = 'queued') =>
  key.id?.S.startsWith('sched_') ? scheduleOf(key) : rowOf(key, status);

/** The row of the schedule that a deployment creates. */
const scheduleOf = ({ id = { S: '' } }: Key) => ({
  id,
  name: { S: 'daily-hello' },
  schedule_expression: { S: 'cron(0 12 * * ? *)' },
  timezone: { S: 'UTC' },
  target_type: { S: 'scheduled' },
  target: { M: { message_type: { S: 'hello_world' }, payload: { M: {} } } },
  schedule_arn: { S: `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${id.S}-r1` },
  overlap: { S: 'allow' },
  catch_up: { S: 'latest' },
  valid_for_seconds: { N: '3600' },
  expect: { M: { grace_seconds: { N: '300' }, max_run_seconds: { N: '900' } } },
  status: { S: 'active' },
  health: { S: 'new' },
  revision: { N: '1' },
  timing_revision: { N: '1' },
  execution_count: { N: '0' },
  consecutive_failures: { N: '0' },
  created_by: { S: 'terraform' },
  created_date: { S: '2026-03-01T12:00:00.000Z' },
  updated_date: { S: '2026-03-01T12:00:00.000Z' },
  timing_since: { S: '2026-03-01T12:00:00.000Z' },
  counted_from: { S: '2026-03-01T12:00:00.000Z' },
  settled_until: { S: '2026-03-01T12:00:00.000Z' },
});

/** The row of a message. */
const rowOf = ({ id = { S: '' } }: Key, status: string) => ({
  id,
  version: { S: '1.0' },
  created_date: { S: '2026-03-01T12:00:00.000Z' },
  updated_date: { S: '2026-03-01T12:00:00.000Z' },
  created_by: { S: 'user:local' },
  requested_by: { S: 'user:local' },
  stage: { S: 'dev' },
  message_type: { S: id.S.startsWith('msg_20260302') ? 'notify' : 'manual' },
  status: { S: status },
  payload: { M: { message: { S: 'Water the plants' } } },
  correlation_id: { S: 'bench' },
  hop_count: { N: '0' },
  valid_until: { S: FAR },
  attempt: { N: status === 'processing' ? '1' : '0' },
  strikes: { N: status === 'processing' ? '1' : '0' },
  retry_count: { N: '0' },
  next_due_at: { S: FAR },
  due_bucket: { S: 'due' },
  ...(status === 'processing'
    ? {
        claimed_by: { S: 'bench/record' },
        lease_until: { S: FAR },
        processing_started_at: { S: '2026-03-01T12:00:00.000Z' },
      }
    : {}),
});
