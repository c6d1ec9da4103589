import { quantityText } from '#handlers/web/app/format/number.ts';
import { errorMeaning } from '#handlers/web/app/messages/error-meaning.ts';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { GroupMessages, type GroupMessagesProps } from './group-messages.tsx';
import { shortText } from './short-text.ts';
import { MAX_BATCH } from './use-redrive.ts';

export interface FailedGroupPanelProps extends Omit<GroupMessagesProps, 'name'> {
  isOpen: boolean;
  onToggle: () => void;
}

/** A group of failed messages: its size and newest example, and when it is open, its messages. */
export const FailedGroupPanel = (props: FailedGroupPanelProps) => {
  const { group, isOpen, onToggle, onRedrive, isBusy } = props;
  const { code, type, messages } = group;
  const [example] = messages;
  const { meaning, toDo } = errorMeaning(code);
  const batch = messages.slice(0, MAX_BATCH);
  const name = `${code}, ${type}`;
  const toggleText = `${isOpen ? 'Hide' : 'Show'} ${quantityText(messages.length, 'message')}`;
  const redriveText =
    batch.length < messages.length ? `Redrive the newest ${MAX_BATCH} …` : 'Redrive all …';
  return (
    <section class="panel" aria-label={name}>
      <header class="panel-title">
        <h2>
          <code>{code}</code> <span class="muted">{type}</span>
        </h2>
        <div class="actions">
          <Button isExpanded={isOpen} label={`${toggleText}: ${name}`} onClick={onToggle}>
            {toggleText}
          </Button>
          {onRedrive !== undefined && (
            <Button
              isDisabled={isBusy}
              label={`${redriveText}: ${name}`}
              onClick={() => onRedrive(batch)}
            >
              {redriveText}
            </Button>
          )}
        </div>
      </header>
      <p class="muted">
        Newest <Time at={example.created_date} />:{' '}
        <a href={`/messages/${example.id}`}>
          <bdi>{messageSummary(example)}</bdi>
        </a>
        {example.error_message !== undefined && (
          <>
            {' '}
            — <bdi>{shortText(example.error_message)}</bdi>
          </>
        )}
      </p>
      <p>
        {meaning} {toDo}
      </p>
      {isOpen && <GroupMessages {...props} name={name} />}
    </section>
  );
};
