/**
 * Creates the bucket of a plan by API. The AWS provider waits 50 seconds after it creates lifecycle rules, but does not
 * wait for rules that it imports.
 */

import { FRONT_HEADER } from './guard.ts';
import { created, importBlock, type TerraformPlan } from './import-queues.ts';

interface Rule {
  id: string;
  status: string;
  abort_incomplete_multipart_upload?: { days_after_initiation: number }[];
  expiration?: { expired_object_delete_marker?: boolean }[];
  noncurrent_version_expiration?: { noncurrent_days: number }[];
}

export interface PlannedBucket {
  addresses: { bucket: string; lifecycle: string };
  name: string;
  /** The rules as XML for the API of S3. */
  lifecycle: string;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** The bucket of a plan, with its lifecycle rules. `undefined` unless the plan has exactly one of each. */
export const plannedBucket = (plan: TerraformPlan): PlannedBucket | undefined => {
  const [bucket, ...others] = created(plan, 'aws_s3_bucket');
  const [lifecycle, ...more] = created(plan, 'aws_s3_bucket_lifecycle_configuration');
  const name = bucket?.change.after?.bucket;
  if (!bucket || !lifecycle || others.length + more.length > 0 || typeof name !== 'string') {
    return undefined;
  }
  const rules = (lifecycle.change.after?.rule ?? []) as Rule[];
  return {
    addresses: { bucket: bucket.address, lifecycle: lifecycle.address },
    name,
    lifecycle: `<LifecycleConfiguration xmlns="${NAMESPACE}">${rules.map(ruleXml).join('')}</LifecycleConfiguration>`,
  };
};

/** Supports the settings that our rules have. Terraform would correct a rule with other settings, and wait. */
const ruleXml = (rule: Rule): string => {
  const [abort] = rule.abort_incomplete_multipart_upload ?? [];
  const [expiration] = rule.expiration ?? [];
  const [noncurrent] = rule.noncurrent_version_expiration ?? [];
  return element(
    'Rule',
    element('ID', rule.id),
    element('Filter', element('Prefix')),
    element('Status', rule.status),
    ...(expiration?.expired_object_delete_marker
      ? [element('Expiration', element('ExpiredObjectDeleteMarker', 'true'))]
      : []),
    ...(noncurrent
      ? [
          element(
            'NoncurrentVersionExpiration',
            element('NoncurrentDays', noncurrent.noncurrent_days),
          ),
        ]
      : []),
    ...(abort
      ? [
          element(
            'AbortIncompleteMultipartUpload',
            element('DaysAfterInitiation', abort.days_after_initiation),
          ),
        ]
      : []),
  );
};

const element = (name: string, ...content: (string | number)[]) =>
  `<${name}>${content.join('')}</${name}>`;

/** Creates the bucket with its rules. @returns the Terraform text that imports both */
export const createBucket = async (endpoint: string, planned: PlannedBucket): Promise<string> => {
  const { name, lifecycle, addresses } = planned;
  await put(`${endpoint}/${name}`);
  await put(`${endpoint}/${name}?lifecycle`, lifecycle);
  return importBlock(addresses.bucket, name) + importBlock(addresses.lifecycle, name);
};

const put = async (url: string, body = '') => {
  const answer = await fetch(url, { method: 'PUT', body, headers: FRONT_HEADER });
  if (!answer.ok) throw new Error(`PUT ${url}: ${answer.status} ${await answer.text()}`);
};
