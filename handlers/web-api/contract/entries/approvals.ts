import type {
  BodyText,
  OperationContract,
  ParameterText,
} from '#handlers/web-api/contract/model.ts';
import {
  APPROVAL,
  APPROVAL_LIST,
  APPROVED_EXAMPLE,
  DENIED_EXAMPLE,
  EXAMPLE_APPROVAL_ID,
} from '#handlers/web-api/contract/shapes/approval.ts';
import { PAGE } from './messages.ts';

const ID: ParameterText = { description: 'The id of the approval.', example: EXAMPLE_APPROVAL_ID };

const body = (name: string, reason: string): BodyText => ({
  shape: {
    name,
    description: 'The reason.',
    properties: { reason: 'The reason. It is stored with the approval.' },
  },
  examples: { reason: { summary: 'With a reason', value: { reason } } },
});

export const APPROVAL_OPERATIONS = {
  listApprovals: {
    tag: 'actions',
    summary: 'List approvals',
    description:
      'Newest first. Without `status`, the approvals that wait for a decision. One whose time is over is not among them any more; within a minute it is listed as `expired`. A page can have fewer entries than `limit` although more follow.',
    query: {
      status: { description: 'Only approvals with this status.', example: 'pending' },
      ...PAGE,
    },
    responses: { 200: { description: 'A page of approvals.', content: { shape: APPROVAL_LIST } } },
  },
  getApproval: {
    tag: 'actions',
    summary: 'Get an approval',
    description: 'The approval as it is now.',
    path: { id: ID },
    responses: { 200: { description: 'The approval.', content: { shape: APPROVAL } } },
    errors: ['APPROVAL_NOT_FOUND'],
  },
  grantApproval: {
    tag: 'actions',
    summary: 'Approve',
    description:
      'Allows the web action of the message with exactly this input, once. The message runs at once. A decision cannot be changed.',
    path: { id: ID },
    body: body('ApproveRequest', 'the weather will be fine'),
    responses: {
      200: {
        description: 'The approved approval.',
        content: { shape: APPROVAL, example: APPROVED_EXAMPLE },
      },
    },
    errors: ['APPROVAL_NOT_FOUND', 'APPROVAL_DECIDED', 'APPROVAL_EXPIRED'],
  },
  denyApproval: {
    tag: 'actions',
    summary: 'Deny',
    description:
      'Fails the message with `APPROVAL_DENIED`. A redrive of the message asks again. A decision cannot be changed.',
    path: { id: ID },
    body: body('DenyRequest', 'it will rain'),
    responses: {
      200: {
        description: 'The denied approval.',
        content: { shape: APPROVAL, example: DENIED_EXAMPLE },
      },
    },
    errors: ['APPROVAL_NOT_FOUND', 'APPROVAL_DECIDED', 'APPROVAL_EXPIRED'],
  },
} satisfies Record<string, OperationContract>;
