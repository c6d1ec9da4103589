import { useEffect, useState } from 'preact/hooks';
import { DateTimeField, SelectField, TextField } from './field.tsx';

/** As the query of `GET /api/messages`. An empty text is no filter. */
export type MessageFilterValues = Readonly<Record<string, string>>;

export interface MessageFiltersProps {
  filters: MessageFilterValues;
  onChange: (changes: MessageFilterValues) => void;
}

const STATUSES = {
  '': 'any',
  ...namesOf(['created', 'queued', 'processing', 'completed', 'failed']),
};
const TYPES = {
  '': 'any',
  ...namesOf(['manual', 'notify', 'scheduled', 'hello_world', 'schedule_creation', 'web_action']),
};
/** A pause in typing after which the filter is used. Milliseconds. */
const TYPING_MS = 400;

/** The filters above a list of messages. */
export const MessageFilters = ({ filters, onChange }: MessageFiltersProps) => (
  <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
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
    <CreatorFilter
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
  </form>
);

interface FilterProps {
  value: string;
  onChange: (value: string) => void;
}

/** Waits for a pause in typing, so that not every letter is a request. */
const CreatorFilter = ({ value, onChange }: FilterProps) => {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <TextField label="Creator" placeholder="user:…, scheduler" value={text} onInput={setText} />
  );
};

function namesOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, name]));
}
