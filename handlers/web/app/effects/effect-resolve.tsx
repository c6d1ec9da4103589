import { useState } from 'preact/hooks';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiEffect } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ConfirmDialog } from '#handlers/web/app/parts/confirm-dialog.tsx';
import { FactList } from '#handlers/web/app/parts/fact-list.tsx';
import { toast } from '#handlers/web/app/parts/toasts.tsx';
import { type Resolution, resolutionsOf } from './resolution.ts';

export interface EffectResolveProps {
  effect: ApiEffect;
  onResolved: (effect: ApiEffect) => void;
  /** The API refused: the effect has changed. */
  onRefused: () => void;
}

/** The buttons with which an operator says what happened to an effect, each with a dialog that says what follows. */
export const EffectResolve = ({ effect, onResolved, onRefused }: EffectResolveProps) => {
  const [asked, setAsked] = useState<Resolution>();
  const resolve = async ({ outcome }: Resolution, reason: string) => {
    const path = `/api/effects/${encodeURIComponent(effect.effect_id)}/resolve`;
    try {
      const { body } = await request<ApiEffect>('POST', path, { body: { outcome, reason } });
      toast('The effect is resolved.');
      onResolved(body);
    } catch (error) {
      if (isApiError(error) && error.status === 409) onRefused();
      throw error;
    }
  };
  return (
    <>
      {resolutionsOf(effect.status).map((resolution) => (
        <Button key={resolution.outcome} onClick={() => setAsked(resolution)}>
          {resolution.action} …
        </Button>
      ))}
      {asked !== undefined && (
        <ConfirmDialog
          title={asked.question}
          action={asked.action}
          kind="danger"
          asksReason
          onConfirm={(reason) => resolve(asked, reason)}
          onClose={() => setAsked(undefined)}
        >
          <FactList facts={effect.facts} />
          <ul class="plain-list">
            {asked.consequences.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </ConfirmDialog>
      )}
    </>
  );
};
