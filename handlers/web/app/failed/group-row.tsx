import { useMemo } from 'preact/hooks';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { ROW_LINK } from '#handlers/web/app/parts/row-keys.ts';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { shortText } from './short-text.ts';

export interface GroupRowProps {
  message: ApiMessage;
  /** Asks for the reason, and redrives; absent for a viewer who may not. */
  onRedrive: ((messages: readonly ApiMessage[]) => void) | undefined;
  /** Whether a batch is running. */
  isBusy: boolean;
  isChosen: boolean;
  /** Whether no other message can be chosen. */
  isFull: boolean;
  setChosen: (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void;
}

/** A failed message as a row that is rendered again only when it has changed. */
export const GroupRow = ({
  message,
  isChosen,
  isFull,
  isBusy,
  onRedrive,
  setChosen,
}: GroupRowProps) => {
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
              <bdi>{shortText(message.error_message)}</bdi>
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
