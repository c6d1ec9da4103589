import { HelpText } from '#handlers/web/app/parts/help-text.tsx';
import { PageTitle } from '#handlers/web/app/parts/page-title.tsx';
import { ActionBadges } from './action-badges.tsx';
import { actionKey, type ListedAction } from './action-form.ts';
import type { MessageForm } from './message-form.ts';

export interface NewChoiceProps {
  types: readonly Pick<MessageForm, 'type' | 'description'>[];
  actions: readonly ListedAction[];
}

/** What can be created. */
export const NewChoice = ({ types, actions }: NewChoiceProps) => (
  <>
    <PageTitle title="New" lead="Run an action, or create a message of any type." />
    <section class="form" aria-labelledby="actions">
      <h2 id="actions">Run an action</h2>
      <ul class="choices">
        {actions.map((action) => (
          <li key={actionKey(action)} class="choice">
            <a href={`/new?action=${encodeURIComponent(actionKey(action))}`}>
              <bdi>{action.title}</bdi>
            </a>
            <p>
              <HelpText text={action.description} />
            </p>
            <p class="actions">
              <ActionBadges action={action} />
            </p>
          </li>
        ))}
      </ul>
    </section>
    <section class="form" aria-labelledby="types">
      <h2 id="types">Create a message</h2>
      <ul class="choices">
        {types.map(({ type, description }) => (
          <li key={type} class="choice">
            <a href={`/new?type=${encodeURIComponent(type)}`}>{type}</a>
            <p>
              <HelpText text={description} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  </>
);
