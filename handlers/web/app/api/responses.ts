/** The bodies of the API's responses, from the schemas of its contract. Only types: no code of the API is in the page. */
import type * as z from 'zod/mini';
import type { FLAG_LIST } from '#handlers/web-api/contract/entries/flags.ts';
import type { HEALTH } from '#handlers/web-api/contract/entries/health.ts';
import type { METRICS } from '#handlers/web-api/contract/entries/metrics.ts';
import type { ME } from '#handlers/web-api/contract/entries/sign-in.ts';
import type { SYSTEM } from '#handlers/web-api/contract/entries/system.ts';
import type { OpenApiDocument } from '#handlers/web-api/contract/openapi.ts';
import type { ACTION_LIST, RESULT_LIST } from '#handlers/web-api/contract/shapes/action.ts';
import type { APPROVAL, APPROVAL_LIST } from '#handlers/web-api/contract/shapes/approval.ts';
import type { EFFECT, EFFECT_LIST } from '#handlers/web-api/contract/shapes/effect.ts';
import type { MESSAGE, MESSAGE_LIST } from '#handlers/web-api/contract/shapes/message.ts';
import type { PREVIEW } from '#handlers/web-api/contract/shapes/preview.ts';
import type {
  FIRE_LIST,
  SCHEDULE,
  SCHEDULE_LIST,
} from '#handlers/web-api/contract/shapes/schedule.ts';
import type { RunNode, RunTree } from '#lib/messages/run-tree.ts';

type BodyOf<Shape extends { schema: z.ZodMiniType }> = z.output<Shape['schema']>;

export type ApiMessage = BodyOf<typeof MESSAGE>;
export type MessageList = BodyOf<typeof MESSAGE_LIST>;
export type RunMessage = RunNode;
export type ApiRun = RunTree & { truncated: boolean };
export type ResultList = BodyOf<typeof RESULT_LIST>;
export type ApiActionResult = ResultList['data'][number];
export type Metrics = BodyOf<typeof METRICS>;
export type ApiSchedule = BodyOf<typeof SCHEDULE>;
export type ScheduleList = BodyOf<typeof SCHEDULE_LIST>;
export type FireList = BodyOf<typeof FIRE_LIST>;
export type SchedulePreview = BodyOf<typeof PREVIEW>;
export type ActionList = BodyOf<typeof ACTION_LIST>;
export type ApiContract = OpenApiDocument;
export type FlagList = BodyOf<typeof FLAG_LIST>;
export type Flag = FlagList['data'][number];
export type Health = BodyOf<typeof HEALTH>;
export type Me = BodyOf<typeof ME>;
export type SystemState = BodyOf<typeof SYSTEM>;

export type ApiEffect = BodyOf<typeof EFFECT>;
export type EffectList = BodyOf<typeof EFFECT_LIST>;
export type ApiApproval = BodyOf<typeof APPROVAL>;
export type ApprovalList = BodyOf<typeof APPROVAL_LIST>;
