import { useState } from 'preact/hooks';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { DelayedTextField } from '#handlers/web/app/parts/delayed-text-field.tsx';
import { DateTimeField, SelectField } from '#handlers/web/app/parts/field.tsx';
import { STATUS_WORDS, TYPE_WORDS } from './message-words.ts';

/** The filters of a list of messages, as in the query of `GET /api/messages`. */
export const MESSAGE_FILTERS = [
  'status',
  'message_type',
  'created_by',
  'created_after',
  'created_before',
  'correlation_id',
] as const;

/** The values of the filters. An empty text is no filter. */
export type MessageFilterValues = Readonly<Record<string, string>>;

export interface MessageFiltersProps {
  filters: MessageFilterValues;
  onChange: (changes: MessageFilterValues) => void;
  /** Removes all filters. */
  onReset: () => void;
}

const STATUSES = { '': 'any', ...sameNames(STATUS_WORDS) };
const TYPES = { '': 'any', ...sameNames(TYPE_WORDS) };

/** The filters above a list of messages. On a phone they are folded. */
export const MessageFilters = ({ filters, onChange, onReset }: MessageFiltersProps) => {
  const [isOpen, setOpen] = useState(false);
  const count = Object.values(filters).filter((value) => value !== '').length;
  const { correlation_id = '' } = filters;
  return (
    <form aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <div class="actions filter-fold">
        <Button isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {count === 0 ? 'Filters' : `Filters (${count})`}
        </Button>
        {count > 0 && <Button onClick={onReset}>Reset</Button>}
      </div>
      <div class={`filters message-filters${isOpen ? '' : ' is-folded'}`}>
        <SelectField
          label="Status"
          value={filters.status ?? ''}
          options={STATUSES}
          onChange={(status) => onChange({ status })}
        />
        <SelectField
          label="Type"
          value={filters.message_type ?? ''}
          options={TYPES}
          onChange={(message_type) => onChange({ message_type })}
        />
        <DelayedTextField
          label="Creator"
          placeholder="user:…, scheduler"
          value={filters.created_by ?? ''}
          onChange={(created_by) => onChange({ created_by })}
        />
        <DateTimeField
          label="Created after"
          value={filters.created_after ?? ''}
          onChange={(created_after) => onChange({ created_after })}
        />
        <DateTimeField
          label="Created before"
          value={filters.created_before ?? ''}
          onChange={(created_before) => onChange({ created_before })}
        />
        <div class="filter-reset">
          <Button onClick={onReset} isDisabled={count === 0}>
            Reset
          </Button>
        </div>
      </div>
      {correlation_id !== '' && (
        <p class="filter-run">
          Only the run <code>{correlation_id}</code>{' '}
          <Button onClick={() => onChange({ correlation_id: '' })}>Show all runs</Button>
        </p>
      )}
    </form>
  );
};

/** Options whose texts are the values of the API. */
function sameNames(words: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(words).map((name) => [name, name]));
}
