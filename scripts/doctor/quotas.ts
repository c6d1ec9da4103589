/** How much of the quotas of the account is used. */
import {
  type CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Check, CheckLine } from './check.ts';
import type { DoctorTarget } from './target.ts';

/**
 * The quotas of an account and region, unless AWS raised them.
 * Sources: Amazon Cognito Developer Guide, "Quotas in Amazon Cognito"; AWS General Reference, "AWS Systems Manager
 * endpoints and quotas", standard parameters.
 */
const QUOTAS = { pools: 1_000, parameters: 10_000 } as const;
/** From this share on, there is a warning. */
const HIGH = 0.8;
/** More pages than a full account has: 60 user pools or 50 parameters per page. */
const MAX_PAGES = 250;

export const poolsQuotaCheck = (
  cognito: Pick<CognitoIdentityProviderClient, 'send'>,
  target: DoctorTarget,
): Check => ({
  name: 'Cognito quota',
  fix: `${target.call} with credentials that may call cognito-idp:ListUserPools`,
  run: async () => {
    const count = await countPages(async (NextToken) => {
      const page = await cognito.send(new ListUserPoolsCommand({ MaxResults: 60, NextToken }));
      return { count: page.UserPools?.length ?? 0, next: page.NextToken };
    });
    return [
      usageLine(
        {
          name: 'Cognito quota',
          what: 'user pools',
          count,
          quota: QUOTAS.pools,
          service: 'cognito-idp',
        },
        target,
      ),
    ];
  },
});

export const parametersQuotaCheck = (
  ssm: Pick<SSMClient, 'send'>,
  target: DoctorTarget,
): Check => ({
  name: 'SSM quota',
  fix: `${target.call} with credentials that may call ssm:DescribeParameters`,
  run: async () => {
    const count = await countPages(async (NextToken) => {
      const page = await ssm.send(new DescribeParametersCommand({ MaxResults: 50, NextToken }));
      return { count: page.Parameters?.length ?? 0, next: page.NextToken };
    });
    return [
      usageLine(
        { name: 'SSM quota', what: 'parameters', count, quota: QUOTAS.parameters, service: 'ssm' },
        target,
      ),
    ];
  },
});

const countPages = async (
  read: (token: string | undefined) => Promise<{ count: number; next: string | undefined }>,
): Promise<number> => {
  let total = 0;
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { count, next } = await read(token);
    total += count;
    if (next === undefined || next === '') return total;
    token = next;
  }
  throw new Error(`there are more than ${total}`);
};

interface Usage {
  name: string;
  what: string;
  count: number;
  quota: number;
  /** As Service Quotas names it. */
  service: string;
}

const usageLine = (
  { name, what, count, quota, service }: Usage,
  { region }: DoctorTarget,
): CheckLine => {
  const text = `${count} of ${quota} ${what} in ${region}, unless AWS raised the quota`;
  if (count < HIGH * quota) return { state: 'ok', name, text };
  return {
    state: 'warning',
    name,
    text,
    fix: `aws service-quotas list-service-quotas --service-code ${service} --region ${region}; then request more, or delete unused ${what}`,
  };
};
