import { releaseWaiting } from '#lib/schedules/fires/release-waiting.ts';
import { advance } from '#lib/schedules/presence/advance.ts';
import { watch } from '#lib/schedules/presence/presence.ts';
import { readSchedules, reconcile } from '#lib/schedules/reconcile.ts';

/** What a tick does for schedules; a module of its own, because EventBridge's client and the calendar are behind it. */
export const scheduleDuties = { reconcile, readSchedules, releaseWaiting, watch, advance };

export type ScheduleDuties = typeof scheduleDuties;
