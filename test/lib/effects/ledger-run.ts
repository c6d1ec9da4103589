import * as z from 'zod/mini';
import type { ActionContext } from '#lib/actions/action.ts';
import {
  type CommitContext,
  defineIrreversible,
  type EffectTarget,
  type Verification,
} from '#lib/actions/irreversible.ts';
import { carryOutEffect } from '#lib/effects/carry-out.ts';
import { effectIdOf } from '#lib/effects/effect-id.ts';
import type { Effect, Receipt } from '#lib/effects/effect-schema.ts';
import type { LedgerDeps } from '#lib/effects/ledger.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import { DAY_MS, HOUR_MS } from '#lib/platform/clock.ts';
import { START_MS } from '#test/support/builders.ts';
import { anEffect } from '#test/support/effects.ts';
import { capturingLog } from '#test/support/log.ts';
import { effectsInMemory } from './effects-in-memory.ts';

/** What the service of the operation does. */
export interface ServiceConduct {
  /** Default: the receipt `r2`. */
  commit?: () => Promise<Receipt>;
  /** The reservations that it lists. Each is for what every plan is about. */
  listed?: readonly string[];
}

const SERVICE = { name: 'cps-east', origin: 'https://east.example' };
const INPUT = z.strictObject({});
const DATA = z.strictObject({ slot: z.string() });
export const KEY = ['account', 'east', '2026-03-07'] as const;
export const EFFECT_ID = effectIdOf({ action: 'golf', operation: 'book_tee_time' }, KEY);

/** An effect of the operation, an hour after its last change. */
export const anEarlierEffect = (fields: Partial<Effect>): Effect =>
  anEffect({
    ...{ effect_id: EFFECT_ID, message_id: 'msg_earlier' },
    ...{ plan: aPlan('8:10'), sent_at: new Date(START_MS).toISOString() },
    ...fields,
  });

export const aPlan = (slot: string, known: string[] = []) => ({
  ...{ total_cents: 8_000, known },
  data: { slot },
});

/** Runs of messages that want the same effect, one after the other, on a table that nobody else uses. */
export const ledgerRun = (
  { commit = async () => ({ id: 'r2' }), listed = [] }: ServiceConduct,
  ...rows: readonly Effect[]
) => {
  const store = effectsInMemory(...rows);
  const nowMs = START_MS + HOUR_MS;
  const verdicts: Verdict[] = [];
  let calls = 0;
  const operation = defineIrreversible({
    ...{ action: 'golf', operation: 'book_tee_time', title: 'Book', description: 'Books.' },
    ...{ examples: [{}], services: [SERVICE.name], auth: 'none', settleMinutes: 20 },
    ...{ input: INPUT, output: z.unknown(), plan: DATA },
    describe: async () => [],
    termsOf: async () => ({}),
    serviceOf: async () => SERVICE,
    targetOf: async () => ({ key: [...KEY], subject: '' }),
    prepare: async () => aPlan('9:00'),
    commit: async () => {
      calls += 1;
      return commit();
    },
    verify: async (_data, _context, excluded): Promise<Verification> => {
      const id = listed.find((one) => !excluded.includes(one));
      return id === undefined ? { is: 'absent' } : { is: 'confirmed', receipt: { id } };
    },
    outputOf: () => ({}),
    present: () => [],
  });
  const deps: LedgerDeps = {
    ...{ store, log: capturingLog(), clock: { now: () => nowMs }, deadlineMs: nowMs + DAY_MS },
    // The operation calls no service.
    ...{ context: {} as ActionContext, commitContext: () => ({}) as CommitContext },
    breaker: { admit: async () => ({}), report: async (verdict) => void verdicts.push(verdict) },
    quotaLimits: () => ({}),
    isAlive: async () => false,
    record: async () => {},
    requireClaim: async () => {},
  };
  return {
    store,
    /** What the breaker was told. */
    verdicts,
    /** How often the service was called to carry it out. */
    calls: () => calls,
    run: (target: Partial<EffectTarget> = {}) =>
      carryOutEffect(
        {
          writer: { id: 'msg_1', attempt: 1, redrivenAt: undefined },
          ...{ operation, input: {}, facts: [], terms: {}, link: undefined },
          permission: { allowedBy: 'own post' },
        },
        { key: KEY, subject: '9:00', ...target },
        deps,
      ),
  };
};
