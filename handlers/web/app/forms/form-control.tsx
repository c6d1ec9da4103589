import type { ComponentChildren } from 'preact';
import {
  DateField,
  DateTimeField,
  SelectField,
  TextField,
} from '#handlers/web/app/parts/field.tsx';
import { HelpText } from '#handlers/web/app/parts/help-text.tsx';
import type { ChoiceNode, FormNode } from './form-node.ts';
import { emptyValue, type FormValue } from './form-value.ts';

export interface FormPartProps<Node = FormNode, Value = FormValue> {
  node: Node;
  value: Value;
  onChange: (value: FormValue) => void;
  /** Where the value is in the body, such as `payload.tags`. */
  path: string;
  /** The problems to show, by path. */
  problems: ReadonlyMap<string, string>;
  /** Called when the viewer leaves a control. */
  onLeave: (path: string) => void;
}

/** The control of a node that has a single one. */
export const FormControl = (props: FormPartProps<FormNode, string>) => {
  const { node, value, onChange, path, problems } = props;
  const field = {
    label: node.label,
    help: nodeHelp(node),
    isRequired: node.isRequired,
    error: problems.get(path),
    value,
  };
  switch (node.kind) {
    case 'choice':
      return <SelectField {...field} options={choiceOptions(node)} onChange={onChange} />;
    case 'boolean':
      return <SelectField {...field} options={YES_OR_NO} onChange={onChange} />;
    case 'number':
      return <TextField {...field} inputMode="decimal" onInput={onChange} />;
    case 'json':
      return <TextField {...field} isCode lines={4} onInput={onChange} />;
    default:
      break;
  }
  const format = node.kind === 'text' ? node.format : undefined;
  if (format === 'date-time') return <DateTimeField {...field} onChange={onChange} />;
  if (format === 'date') return <DateField {...field} onChange={onChange} />;
  const isLong = node.kind === 'text' && node.isLong;
  return <TextField {...field} lines={isLong ? 3 : undefined} onInput={onChange} />;
};

const YES_OR_NO = { '': 'not set', true: 'yes', false: 'no' };

const choiceOptions = ({ values, isRequired }: ChoiceNode): Record<string, string> => ({
  '': isRequired ? 'choose …' : 'not set',
  ...Object.fromEntries(
    values.map((one) => [
      JSON.stringify(one),
      typeof one === 'string' && one !== '' ? one : JSON.stringify(one),
    ]),
  ),
});

/** A value that does not fit its control, as JSON. */
export const RawControl = ({
  node,
  value,
  onChange,
  path,
  problems,
  onLeave,
}: FormPartProps<FormNode, string>) => (
  <div onFocusOut={() => onLeave(path)}>
    <TextField
      label={`${node.label} (JSON)`}
      help="This value does not fit the field."
      isRequired={node.isRequired}
      isCode
      lines={3}
      value={value}
      onInput={(json) => onChange(json === '' ? emptyValue(node) : { json })}
      error={problems.get(path)}
    />
  </div>
);

/** The explanation of a node. */
export const nodeHelp = ({ help, limits }: FormNode): ComponentChildren =>
  help === undefined && limits.length === 0 ? undefined : <HelpText text={help} notes={limits} />;
