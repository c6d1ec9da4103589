import * as z from 'zod/mini';
import { operation } from '#handlers/web-api/operation.ts';
import { RESOLUTIONS } from '#lib/effects/resolve-effect.ts';
import { ReasonText } from '#lib/platform/text.ts';
import { effectIdIn } from './require-effect.ts';

const ResolutionBody = z.strictObject({ outcome: z.enum(RESOLUTIONS), reason: ReasonText });

/** Resolves an effect. Its history records the caller and the reason. */
export const postResolution = operation(
  { body: ResolutionBody },
  async ({ params, body, caller }, { effects }) => {
    const { outcome, reason } = body;
    const effect = await effects.resolve(effectIdIn(params), { outcome, reason, by: caller });
    const { effect_id, message_id } = effect;
    return { status: 200, body: effect, logged: { effect_id, outcome, message_id } };
  },
);
