import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base32: no I, L, O or U. Source: D. Crockford, "Base 32". */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TAIL_CHARS = 16;

/** `msg_` + UTC `yyyymmddHHMMSS` + `_` + 16 characters of base32. */
export const MESSAGE_ID = /^msg_\d{14}_[0-9A-HJKMNP-TV-Z]{16}$/;

/** The id of a new message. It ends with 80 random bits. */
export const newMessageId = (nowMs: number): string =>
  `msg_${stamp(nowMs)}_${base32(randomBytes(TAIL_BYTES))}`;

const TAIL_BYTES = 10;

/**
 * The derived id of a message: it is calculated from the message's origin, so that a replay writes the same row.
 * @param originMs the origin's own time: the parent's timestamp, a fire's scheduled time
 * @param parts values that distinguish the message from others of the same origin
 */
export const derivedMessageId = (originMs: number, ...parts: (string | number)[]): string => {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return `msg_${stamp(originMs)}_${base32(digest)}`;
};

const DIGEST_CHARS = 26;

/** A prefix and 130 bits of a digest: the same parts always have the same id. */
export const digestId = (prefix: string, ...parts: string[]): string =>
  `${prefix}${base32(createHash('sha256').update(JSON.stringify(parts)).digest(), DIGEST_CHARS)}`;

/** `sched_` + UTC `yyyymmddHHMMSS` + `_` + 8 characters of base32. */
export const SCHEDULE_ID = /^sched_\d{14}_[0-9A-HJKMNP-TV-Z]{8}$/;

/** The id of a new schedule. It ends with 40 random bits. */
export const newScheduleId = (nowMs: number): string =>
  `sched_${stamp(nowMs)}_${base32(randomBytes(TAIL_BYTES)).slice(0, 8)}`;

/** The derived id of a schedule; see `derivedMessageId`. */
export const derivedScheduleId = (originMs: number, ...parts: (string | number)[]): string =>
  derivedMessageId(originMs, ...parts)
    .replace('msg_', 'sched_')
    .slice(0, -8);

/** The time in a message id. Milliseconds since the Unix epoch. */
export const messageIdTime = (id: string): number =>
  Date.parse(
    id.slice(4, 18).replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'),
  );

const stamp = (ms: number) => new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14);

const base32 = (bytes: Uint8Array, chars = TAIL_CHARS): string => {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < chars) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
};
