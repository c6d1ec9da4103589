import { request } from '#handlers/web/app/api/request.ts';
import type { ActionList, ApiContract } from '#handlers/web/app/api/responses.ts';
import { send } from '#handlers/web/app/api/send.ts';
import { type TargetForm, targetFormsOf } from './target-values.ts';

/** The forms of everything that a schedule can send, from the contract and the catalogue of the API. */
export const loadTargetForms = async (signal: AbortSignal): Promise<TargetForm[]> => {
  const [contract, actions] = await Promise.all([
    send<ApiContract>('GET', '/api/openapi.json', { signal, isCacheable: true }),
    request<ActionList>('GET', '/api/actions', { signal }),
  ]);
  return targetFormsOf(contract.body, actions.body.data);
};
