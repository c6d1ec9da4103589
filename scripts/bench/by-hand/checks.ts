/** Text, number or object; with a question mark it may be absent. */
type Kind = 'string' | 'number' | 'object' | 'string?' | 'number?' | 'object?';

/** What a row of the table holds. */
const ROW: Record<string, Kind> = {
  ...{ id: 'string', version: 'string', created_date: 'string', updated_date: 'string' },
  ...{ created_by: 'string', stage: 'string', message_type: 'string', status: 'string' },
  ...{ payload: 'object', arguments: 'object?', auth_config: 'object?', correlation_id: 'string' },
  ...{ parent_id: 'string?', hop_count: 'number', result: 'object?', error_code: 'string?' },
  ...{ error_message: 'string?', processing_started_at: 'string?', valid_until: 'string' },
  ...{ processing_completed_at: 'string?', notification_id: 'string?', send_started: 'string?' },
  ...{ claimed_by: 'string?', attempt: 'number', lease_until: 'string?', retry_count: 'number' },
  ...{ strikes: 'number', not_before: 'string?', next_due_at: 'string?', due_bucket: 'string?' },
  ...{ redrives: 'object?', ttl: 'number?' },
};
const FIELDS = Object.entries(ROW).map(([name, kind]) => {
  const isOptional = kind.endsWith('?');
  return { name, kind: isOptional ? kind.slice(0, -1) : kind, isOptional };
});
const STAGES = ['dev', 'stage', 'prod'];
const STATUSES = ['created', 'queued', 'processing', 'completed', 'failed'];

/** A row that is one: every field is what it may be. */
export const checkRow = (row: Record<string, unknown>) => {
  for (const { name, kind, isOptional } of FIELDS) {
    const value = row[name];
    const isFit = value === undefined ? isOptional : typeof value === kind;
    if (!isFit) throw new Error(`the row's ${name} is not what it may be`);
  }
  if (!STAGES.includes(String(row.stage)) || !STATUSES.includes(String(row.status))) {
    throw new Error('the row is in no stage or status that there is');
  }
};

/** The wake-up in the body of a record. */
export const readWakeUp = (body: string): { id: string; message_type: string } => {
  const outer = JSON.parse(body);
  const { message, metadata, ...envelope } =
    typeof outer.Message === 'string' ? JSON.parse(outer.Message) : outer;
  for (const field of ['event_id', 'timestamp', 'source']) requireText(envelope[field], field);
  const isOurs = envelope.event_type === 'message_created';
  if (!isOurs || !/^1\.\d+$/.test(envelope.schema_version)) throw new Error('no wake-up');
  for (const field of ['stage', 'created_by', 'created_date', 'correlation_id']) {
    requireText(message[field], field);
  }
  requireText(metadata.region, 'region');
  requireText(metadata.environment, 'environment');
  return {
    id: requireText(message.id, 'id'),
    message_type: requireText(message.message_type, 'message_type'),
  };
};

const requireText = (value: unknown, field: string): string => {
  if (typeof value !== 'string') throw new Error(`${field} is not a text`);
  return value;
};

const PUSH = ['message', 'title', 'priority', 'tags', 'click', 'markdown'];
const PRIORITIES = [1, 2, 3, 4, 5, 'min', 'low', 'default', 'high', 'max', 'urgent'];
const MAX_PAYLOAD_BYTES = 64 * 1024;
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What a push may say. */
export const checkPush = (payload: Record<string, unknown>) => {
  const { message, title = '', priority = 3, tags = [], click, markdown = false } = payload;
  const isFit =
    Object.keys(payload).every((name) => PUSH.includes(name)) &&
    typeof message === 'string' &&
    VISIBLE.test(message) &&
    typeof title === 'string' &&
    title.length <= 250 &&
    PRIORITIES.includes(priority as string) &&
    Array.isArray(tags) &&
    tags.length <= 10 &&
    tags.every((tag) => typeof tag === 'string' && tag.length <= 50 && VISIBLE.test(tag)) &&
    (click === undefined || new URL(String(click)).protocol === 'https:') &&
    typeof markdown === 'boolean' &&
    Buffer.byteLength(JSON.stringify(payload)) <= MAX_PAYLOAD_BYTES;
  if (!isFit) throw new Error('the payload is not that of a push');
};
