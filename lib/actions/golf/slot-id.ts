import * as z from 'zod/mini';

/** What a booking needs to know about a slot. */
const SlotKeySchema = z.tuple([
  /** The name of the course. */
  z.string(),
  /** `teeSheetId`, as the site sends it. */
  z.union([z.int(), z.string()]),
  /** The start. Milliseconds since the Unix epoch. */
  z.int(),
  z.literal([9, 18]),
]);

/** A slot: course, tee sheet id, start in milliseconds since the Unix epoch, holes to be played. */
export type SlotKey = z.output<typeof SlotKeySchema>;

/** The form of a slot id. */
export const SLOT_ID = /^[A-Za-z0-9_-]{1,256}$/;

/** The id of a slot, which is opaque to callers. The same slot always has the same id. */
export const slotIdOf = (key: SlotKey): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/** The slot of an id; `undefined` for a text that is not the id of a slot. */
export const slotOfId = (id: string): SlotKey | undefined => {
  try {
    const key = z.parse(SlotKeySchema, JSON.parse(Buffer.from(id, 'base64url').toString()));
    return slotIdOf(key) === id ? key : undefined;
  } catch {
    return undefined;
  }
};
