import { type TargetForm, targetFormsOf } from '#handlers/web/app/schedules/target-values.ts';
import { contract, listedActions } from '#test/handlers/web/app/forms/real-forms.ts';

/** The forms of everything that a schedule can send, from the real contract and the real catalogue. */
export const TARGET_FORMS: readonly TargetForm[] = targetFormsOf(contract, await listedActions());

export const targetFormOf = (choice: string): TargetForm => {
  const form = TARGET_FORMS.find((one) => one.choice === choice);
  if (form === undefined) throw new Error(`there is no form for ${choice}`);
  return form;
};
