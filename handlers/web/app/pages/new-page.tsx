import { useLocation } from 'preact-iso/router';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import { request } from '#handlers/web/app/api/request.ts';
import type { ActionList, ApiContract, ApiMessage } from '#handlers/web/app/api/responses.ts';
import { send } from '#handlers/web/app/api/send.ts';
import { ActionBadges } from '#handlers/web/app/forms/action-badges.tsx';
import {
  actionFormOf,
  findAction,
  type ListedAction,
} from '#handlers/web/app/forms/action-form.ts';
import { type CopiedInput, copiedInput } from '#handlers/web/app/forms/copied-input.ts';
import { type MessageForm, messageFormsOf } from '#handlers/web/app/forms/message-form.ts';
import { NewChoice } from '#handlers/web/app/forms/new-choice.tsx';
import { NewForm } from '#handlers/web/app/forms/new-form.tsx';
import { SentRun } from '#handlers/web/app/forms/sent-run.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { HelpText } from '#handlers/web/app/parts/help-text.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { useQuery } from '#handlers/web/app/state/use-query.ts';
import { useResource } from '#handlers/web/app/state/use-resource.ts';
import { useRouteWhileShown } from '#handlers/web/app/state/use-route-while-shown.ts';

interface Catalogue {
  types: readonly MessageForm[];
  actions: readonly ListedAction[];
  /** The message that is copied. */
  copied: CopiedInput | undefined;
}

/** Creates a message, with a form for each message type and each operation. */
export const NewPage = () => {
  const { query } = useQuery();
  const { from = '' } = query;
  const catalogue = useResource(`catalogue ${from}`, (signal) => readCatalogue(from, signal));
  if (!mayOperate()) {
    return (
      <>
        <PageTitle title="New" />
        <Notice tone="info" title="You may look, but not create anything." isAnnounced={false}>
          Creating a message needs the role operator. An administrator can give it to you.
        </Notice>
      </>
    );
  }
  const { data, error } = catalogue;
  if (data === undefined && isApiError(error) && error.code === 'MESSAGE_NOT_FOUND') {
    return <NotFound title="There is no such message." />;
  }
  return (
    <>
      {data === undefined && <PageTitle title="New" />}
      <ResourceView resource={catalogue} what="the forms">
        {(all) => <Chosen key={JSON.stringify(choiceOf(query, all))} {...all} />}
      </ResourceView>
    </>
  );
};

const readCatalogue = async (from: string, signal: AbortSignal): Promise<Catalogue> => {
  const path = `/api/messages/${encodeURIComponent(from)}`;
  const [contract, actions, message] = await Promise.all([
    send<ApiContract>('GET', '/api/openapi.json', { signal, isCacheable: true }),
    request<ActionList>('GET', '/api/actions', { signal }),
    from === '' ? undefined : request<ApiMessage>('GET', path, { signal }),
  ]);
  return {
    types: messageFormsOf(contract.body),
    actions: actions.body.data,
    copied: message && copiedInput(message.body, actions.body.data),
  };
};

interface Choice {
  type?: string | undefined;
  action?: string | undefined;
}

/** The form that the address asks for. */
const choiceOf = (query: Readonly<Record<string, string>>, { copied }: Catalogue): Choice => {
  const { type, action }: Choice = copied?.parameters ?? query;
  return { type, action };
};

const Chosen = (catalogue: Catalogue) => {
  const { query } = useQuery();
  const { path } = useLocation();
  const route = useRouteWhileShown();
  const { types, actions, copied } = catalogue;
  const { type, action: key } = choiceOf(query, catalogue);
  const { sent, from } = query;
  const action = key === undefined ? undefined : findAction(actions, key);
  const messageForm = types.find((one) => one.type === type);
  if (key === undefined && type === undefined) return <NewChoice types={types} actions={actions} />;
  if (action === undefined && messageForm === undefined)
    return <NotFound title={`There is no form “${key ?? type}”.`} />;

  const form = action === undefined ? messageForm : actionFormOf(action);
  if (form === undefined) return null;
  const title = action?.title ?? `New ${type} message`;
  return (
    <>
      <PageTitle
        title={title}
        lead={<HelpText text={action?.description ?? messageForm?.description} />}
      >
        {action !== undefined && <ActionBadges action={action} />}
        <a class="button" href="/new">
          Choose another
        </a>
      </PageTitle>
      {from !== undefined && (
        <p class="muted">
          Filled in from message <a href={`/messages/${encodeURIComponent(from)}`}>{from}</a>. What
          you send is a new message.
        </p>
      )}
      {type === 'web_action' && (
        <p class="muted">
          Each action of the platform also has a <a href="/new">form of its own</a>.
        </p>
      )}
      <div class="two-columns">
        <NewForm
          draftKey={`new:${from ?? key ?? type}:${JSON.stringify(form.node).length}`}
          node={form.node}
          examples={action?.examples ?? messageForm?.examples ?? []}
          start={copied}
          action={action}
          actions={actions}
          onSent={(id) => route(`${path}?${new URLSearchParams({ ...query, sent: id })}`, true)}
        />
        {sent !== undefined && <SentRun key={sent} id={sent} />}
      </div>
    </>
  );
};

const NotFound = ({ title }: { title: string }) => (
  <>
    <PageTitle title="New" />
    <Empty title={title}>
      <a href="/new">Choose what to create</a>
    </Empty>
  </>
);
