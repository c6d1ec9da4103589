import { useState } from 'preact/hooks';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { onRowKey } from '#handlers/web/app/parts/row-keys.ts';
import type { FailedGroup } from './failed-groups.ts';
import { GroupRow } from './group-row.tsx';
import { MAX_BATCH } from './use-redrive.ts';

export interface GroupMessagesProps {
  group: FailedGroup<ApiMessage>;
  /** The name of the group, for people. */
  name: string;
  /** Asks for the reason, and redrives; absent for a viewer who may not. */
  onRedrive: ((messages: readonly ApiMessage[]) => void) | undefined;
  /** Whether a batch is running. */
  isBusy: boolean;
}

/** The messages of a group, to redrive one or a selection. */
export const GroupMessages = ({
  group: { messages },
  onRedrive,
  isBusy,
  name,
}: GroupMessagesProps) => {
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
