import type { OperationContract, ParameterText } from '#handlers/web-api/contract/model.ts';
import {
  EFFECT,
  EFFECT_LIST,
  EXAMPLE_EFFECT_ID,
  RESOLVED_EXAMPLE,
} from '#handlers/web-api/contract/shapes/effect.ts';
import { PAGE } from './messages.ts';

const ID: ParameterText = { description: 'The id of the effect.', example: EXAMPLE_EFFECT_ID };

export const EFFECT_OPERATIONS = {
  listEffects: {
    tag: 'actions',
    summary: 'List effects',
    description:
      'What irreversible actions did at outside services, or tried to do. The effect that changed last comes first. While an effect changes, a page can contain it twice or leave it out.',
    query: {
      status: { description: 'Only effects with this status.', example: 'unknown' },
      ...PAGE,
    },
    responses: { 200: { description: 'A page of effects.', content: { shape: EFFECT_LIST } } },
  },
  getEffect: {
    tag: 'actions',
    summary: 'Get an effect',
    description: 'The effect as it is stored now, with its history.',
    path: { id: ID },
    responses: { 200: { description: 'The effect.', content: { shape: EFFECT } } },
    errors: ['EFFECT_NOT_FOUND'],
  },
  resolveEffect: {
    tag: 'actions',
    summary: 'Resolve an effect',
    description:
      'Decides what became of an effect, after a person looked at the page of the service. An `unknown` effect becomes `confirmed` or `rejected`. A `confirmed` effect becomes `reversed` if it was undone at the service. An effect that is rejected or reversed counts in no quota, and can be planned again. The history records the caller and the reason. A resolution cannot be undone.',
    path: { id: ID },
    body: {
      shape: {
        name: 'EffectResolution',
        description: 'What became of an effect.',
        properties: {
          outcome:
            'The outcome. `confirmed`: the service carried it out. `rejected`: it did not. `reversed`: it did, and it was undone since.',
          reason: {
            description: 'How you know. It is stored with the effect.',
            minLength: 1,
            maxLength: 500,
          },
        },
      },
      examples: {
        stands: {
          summary: 'The booking stands',
          value: { outcome: 'confirmed', reason: 'it is in the list of reservations' },
        },
      },
    },
    responses: {
      200: {
        description: 'The resolved effect.',
        content: { shape: EFFECT, example: RESOLVED_EXAMPLE },
      },
    },
    errors: ['EFFECT_NOT_FOUND', 'EFFECT_NOT_RESOLVABLE'],
  },
} satisfies Record<string, OperationContract>;
