import { useMemo, useState } from 'preact/hooks';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { errorMeaning } from '#handlers/web/app/messages/error-meaning.ts';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { onRowKey, ROW_LINK } from '#handlers/web/app/parts/row-keys.ts';
import { Time } from '#handlers/web/app/parts/time.tsx';
import type { FailedGroup } from './failed-groups.ts';
import { MAX_BATCH } from './use-redrive.ts';

export interface FailedGroupPanelProps {
  group: FailedGroup<ApiMessage>;
  isOpen: boolean;
  onToggle: () => void;
  /** Asks for the reason, and redrives; absent for a viewer who may not. */
  onRedrive: ((messages: readonly ApiMessage[]) => void) | undefined;
  /** Whether a batch is running. */
  isBusy: boolean;
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
            — <bdi>{cut(example.error_message)}</bdi>
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

const GroupMessages = ({
  group: { messages },
  onRedrive,
  isBusy,
  name,
}: FailedGroupPanelProps & { name: string }) => {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // A message that is not in the list any more is not chosen any more.
  const selected = messages.filter(({ id }) => chosen.has(id));
  const selectable = messages.slice(0, MAX_BATCH);
  const isFull = selected.length >= MAX_BATCH;
  return (
    <>
      {onRedrive !== undefined && (
        <div class="actions">
          <Button
            kind="primary"
            isDisabled={isBusy || selected.length === 0}
            onClick={() => onRedrive(selected)}
          >
            {`Redrive the selection (${selected.length}) …`}
          </Button>
          <Button
            onClick={() =>
              setChosen(new Set(selected.length > 0 ? [] : selectable.map(({ id }) => id)))
            }
          >
            {selected.length > 0
              ? 'Select none'
              : selectable.length < messages.length
                ? `Select the newest ${MAX_BATCH}`
                : 'Select all'}
          </Button>
          {isFull && <span class="muted">At most {MAX_BATCH} at once.</span>}
        </div>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus. */}
      <section class="scroll" aria-label={`Messages of ${name}`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {onRedrive !== undefined && (
                <th scope="col">
                  <span class="visually-hidden">Selected</span>
                </th>
              )}
              <th scope="col">Message</th>
              <th scope="col">Created</th>
              {onRedrive !== undefined && (
                <th scope="col" class="wide-only">
                  <span class="visually-hidden">Action</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody onKeyDown={onRowKey}>
            {messages.map((message) => (
              <GroupRow
                key={message.id}
                message={message}
                isChosen={chosen.has(message.id)}
                isFull={isFull}
                {...{ isBusy, onRedrive, setChosen }}
              />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
};

interface GroupRowProps extends Pick<FailedGroupPanelProps, 'onRedrive' | 'isBusy'> {
  message: ApiMessage;
  isChosen: boolean;
  /** Whether no other message can be chosen. */
  isFull: boolean;
  setChosen: (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void;
}

/** A row that is rendered again only when it has changed. */
const GroupRow = ({ message, isChosen, isFull, isBusy, onRedrive, setChosen }: GroupRowProps) => {
  const isDisabled = isFull && !isChosen;
  return useMemo(() => {
    const summary = messageSummary(message);
    return (
      <tr>
        {onRedrive !== undefined && (
          <td>
            <input
              type="checkbox"
              class="row-check"
              aria-label={`Select ${summary}`}
              checked={isChosen}
              disabled={isDisabled}
              onChange={() => setChosen((before) => toggled(before, message.id))}
            />
          </td>
        )}
        <th scope="row">
          <a href={`/messages/${message.id}`} {...ROW_LINK}>
            <bdi>{summary}</bdi>
          </a>
          {message.error_message !== undefined && (
            <span class="row-note muted">
              <bdi>{cut(message.error_message)}</bdi>
            </span>
          )}
          {message.redrives !== undefined && (
            <span class="row-note muted">
              Redriven {quantityText(message.redrives.length, 'time')} before
            </span>
          )}
        </th>
        <td>
          <Time at={message.created_date} isInLink />
        </td>
        {onRedrive !== undefined && (
          <td class="wide-only">
            <Button
              isDisabled={isBusy}
              label={`Redrive …: ${summary}`}
              onClick={() => onRedrive([message])}
            >
              Redrive …
            </Button>
          </td>
        )}
      </tr>
    );
  }, [message, isChosen, isDisabled, isBusy, onRedrive]);
};

const toggled = (before: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const changed = new Set(before);
  if (!changed.delete(id)) changed.add(id);
  return changed;
};

const MAX_CHARS = 240;

const cut = (text: string): string => {
  const characters = Array.from(text.slice(0, 2 * MAX_CHARS));
  return characters.length > MAX_CHARS ? `${characters.slice(0, MAX_CHARS).join('')}…` : text;
};
