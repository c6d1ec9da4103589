import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso/router';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiEffect } from '#handlers/web/app/api/responses.ts';
import { EffectHistory } from '#handlers/web/app/effects/effect-history.tsx';
import { EffectResolve } from '#handlers/web/app/effects/effect-resolve.tsx';
import { EffectStatusBadge } from '#handlers/web/app/effects/effect-status-badge.tsx';
import { EFFECT_WORDS } from '#handlers/web/app/effects/effect-words.ts';
import { resolutionsOf } from '#handlers/web/app/effects/resolution.ts';
import { moneyText } from '#handlers/web/app/format/money.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { operationName } from '#handlers/web/app/format/operation-name.ts';
import { webAddress } from '#handlers/web/app/format/web-address.ts';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { FactList } from '#handlers/web/app/parts/fact-list.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { LongText } from '#handlers/web/app/parts/long-text.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ReadableData } from '#handlers/web/app/parts/readable-data.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { LIVE_POLL_MS, useResource } from '#handlers/web/app/state/use-resource.ts';

/** One effect of the ledger: what it is, how it stands, and what a person can do about it. */
export const EffectPage = () => {
  const { id = '' } = useRoute().params;
  return <OneEffect key={id} id={id} />;
};

const OneEffect = ({ id }: { id: string }) => {
  const resource = useResource(
    `effect:${id}`,
    async (signal) =>
      (await request<ApiEffect>('GET', `/api/effects/${encodeURIComponent(id)}`, { signal })).body,
    {
      pollMs: (_, error) => (isApiError(error) && error.status === 404 ? undefined : LIVE_POLL_MS),
    },
  );
  /** The response to the own resolution, until a later read has it. */
  const [own, setOwn] = useState<ApiEffect>();
  const read = resource.data;
  const effect = own !== undefined && read !== undefined && own.rev > read.rev ? own : read;
  if (isApiError(resource.error) && resource.error.status === 404) return <NoSuchEffect />;
  const resolved = (changed: ApiEffect) => {
    setOwn(changed);
    resource.reload();
  };
  return (
    <>
      <PageTitle
        title={effect === undefined ? 'Effect' : operationName(effect.operation)}
        lead={
          effect !== undefined && (
            <>
              <EffectStatusBadge status={effect.status} /> changed <Time at={effect.updated_date} />
            </>
          )
        }
      >
        {effect !== undefined && mayOperate() && resolutionsOf(effect.status).length > 0 && (
          <EffectResolve effect={effect} onResolved={resolved} onRefused={resource.reload} />
        )}
      </PageTitle>
      <ResourceView resource={resource} what="the effect">
        {(latest) => <Effect effect={effect ?? latest} />}
      </ResourceView>
    </>
  );
};

const Effect = ({ effect }: { effect: ApiEffect }) => {
  const { status, facts, plan, receipt, reason } = effect;
  const { tone, meaning, toDo } = EFFECT_WORDS[status];
  return (
    <>
      <Notice tone={tone} title={meaning}>
        {reason !== undefined && (
          <p>
            <strong>{reason.code}</strong> <LongText text={reason.message} />
          </p>
        )}
        <p>{toDo}</p>
      </Notice>
      <div class="message-columns">
        <div>
          <Panel title="What">
            <FactList facts={facts} />
            <Facts
              facts={{
                Price: plan?.total_cents !== undefined && moneyText(plan.total_cents),
                Sent: effect.sent_at !== undefined && <Time at={effect.sent_at} />,
                Checked: effect.verify_count > 0 && quantityText(effect.verify_count, 'time'),
                ...linksOf(effect),
                Id: <code>{effect.effect_id}</code>,
              }}
            />
          </Panel>
          {receipt !== undefined && (
            <Panel title="Receipt">
              <ReadableData value={receipt} label="Receipt" />
            </Panel>
          )}
        </div>
        <div>
          <EffectHistory effect={effect} />
        </div>
      </div>
    </>
  );
};

const linksOf = ({ message_id, approval_id, plan, link }: ApiEffect) => {
  const reverses = plan?.reverses;
  const address = webAddress(link);
  return {
    Message: <a href={`/messages/${encodeURIComponent(message_id)}`}>Open the run</a>,
    Approval: approval_id !== undefined && (
      <a href={`/approvals/${encodeURIComponent(approval_id)}`}>Open the approval</a>
    ),
    Undoes: reverses !== undefined && (
      <a href={`/effects/${encodeURIComponent(reverses.effect_id)}`}>
        Open the effect that it undoes
      </a>
    ),
    Provider: address !== undefined && (
      <a href={address} rel="noreferrer">
        <bdi>{address.slice(0, MAX_ADDRESS_CHARS)}</bdi>
      </a>
    ),
  };
};

const MAX_ADDRESS_CHARS = 200;

const NoSuchEffect = () => (
  <>
    <PageTitle title="There is no such effect" />
    <Empty title="The address may be wrong, or the effect was deleted 400 days after its last change.">
      <a href="/effects">Go to the effects</a>
    </Empty>
  </>
);
