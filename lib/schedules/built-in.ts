import type { MessageType } from '#lib/messages/message.ts';

/** What a schedule's fire becomes. */
export interface FireTemplate {
  name: string;
  message_type: MessageType;
  payload: Record<string, unknown>;
  arguments?: Record<string, unknown>;
  /** A fire later than this is put and expires; it is not run. Seconds. */
  valid_for_seconds: number;
}

/** The schedules that come with the deployment, by their fixed id. Terraform creates them under the same id. */
export const BUILT_IN_SCHEDULES: Readonly<Record<string, FireTemplate>> = {
  sched_20260101000000_DAYHE110: {
    name: 'daily-hello',
    message_type: 'hello_world',
    payload: {},
    valid_for_seconds: 3_600,
  },
};
