import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '#handlers/web/app/parts/button.tsx';
import {
  DateField,
  DateTimeField,
  SelectField,
  TextField,
} from '#handlers/web/app/parts/field.tsx';
import { FieldGroup } from '#handlers/web/app/parts/field-group.tsx';
import { HelpText } from '#handlers/web/app/parts/help-text.tsx';
import type { ChoiceNode, FormNode, ListNode, ObjectNode, UnionNode } from './form-node.ts';
import { OTHERS, under } from './form-problems.ts';
import {
  emptyValue,
  type FormValue,
  isRaw,
  type ObjectValue,
  type UnionValue,
} from './form-value.ts';

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

/** The controls of a node, and of all nodes inside. */
export const FormPart = (props: FormPartProps) => {
  const { node, value, path, onLeave } = props;
  if (isRaw(value)) return <RawPart {...props} value={value.json} />;
  if (isFixed(node)) return null;
  switch (node.kind) {
    case 'object':
      return (
        <Group {...props}>
          <ObjectParts {...props} node={node} value={value as ObjectValue} />
        </Group>
      );
    case 'list':
      return <ListPart {...props} node={node} value={value as FormValue[]} />;
    case 'union':
      return <UnionPart {...props} node={node} value={value as UnionValue} />;
    default:
      return (
        <div onFocusOut={() => onLeave(path)}>
          <ControlPart {...props} value={value as string} />
        </div>
      );
  }
};

/** Whether there is nothing to choose. */
export const isFixed = (node: FormNode): boolean =>
  node.kind === 'choice' && node.isRequired && node.values.length === 1;

const helpOf = ({ help, limits }: FormNode): ComponentChildren =>
  help === undefined && limits.length === 0 ? undefined : <HelpText text={help} notes={limits} />;

/** The controls of an object without a frame around them. */
export const ObjectParts = ({
  node,
  value,
  onChange,
  path,
  isPartial = false,
  ...rest
}: FormPartProps<ObjectNode, ObjectValue> & {
  /** Whether other properties are shown elsewhere. */
  isPartial?: boolean | undefined;
}) => (
  <>
    {node.fields.map((one) => (
      <FormPart
        key={one.name}
        {...rest}
        node={one.node}
        value={value.fields[one.name] ?? emptyValue(one.node)}
        path={under(path, one.name)}
        onChange={(changed) =>
          onChange({ ...value, fields: { ...value.fields, [one.name]: changed } })
        }
      />
    ))}
    {!isPartial && (node.isOpen || value.others !== '') && (
      <div onFocusOut={() => rest.onLeave(under(path, OTHERS))}>
        <TextField
          label="Other properties"
          help={
            node.isOpen
              ? 'More properties, as a JSON object.'
              : 'These properties are not known, and the API refuses them.'
          }
          isCode
          lines={3}
          value={value.others}
          onInput={(others) => onChange({ ...value, others })}
          error={rest.problems.get(under(path, OTHERS))}
        />
      </div>
    )}
  </>
);

/** A frame with the label, the help and the problem of a node that has more than one control. */
const Group = ({
  node,
  path,
  problems,
  children,
}: Pick<FormPartProps, 'node' | 'path' | 'problems'> & { children: ComponentChildren }) => (
  <FieldGroup
    label={node.label}
    help={helpOf(node)}
    isRequired={node.isRequired}
    error={problems.get(path)}
  >
    {children}
  </FieldGroup>
);

const ListPart = (props: FormPartProps<ListNode, FormValue[]>) => {
  const { node, value: items, onChange, path } = props;
  const box = useRef<HTMLDivElement>(null);
  const lastCount = useRef(items.length);
  // The focus goes to the entry that was added, and never gets lost with one that was removed.
  useLayoutEffect(() => {
    const { current } = box;
    if (items.length > lastCount.current) {
      current
        ?.querySelector<HTMLElement>('.list-entry:nth-last-child(2) :is(input, textarea)')
        ?.focus();
    }
    if (items.length < lastCount.current)
      current?.querySelector<HTMLElement>('.list-add button')?.focus();
    lastCount.current = items.length;
  }, [items.length]);
  return (
    <Group {...props}>
      <div ref={box} class="list-entries">
        {items.map((item, index) => (
          <div key={index} class="list-entry">
            <FormPart
              {...props}
              node={{ ...node.item, label: `${node.label} ${index + 1}` }}
              value={item}
              path={under(path, String(index))}
              onChange={(changed) => onChange(items.with(index, changed))}
            />
            <Button
              label={`Remove ${node.label} ${index + 1}`}
              onClick={() => onChange(items.filter((_one, at) => at !== index))}
            >
              Remove
            </Button>
          </div>
        ))}
        <div class="list-add">
          <Button
            isDisabled={items.length >= node.maxItems}
            label={`Add to ${node.label}`}
            onClick={() => onChange([...items, emptyValue(node.item)])}
          >
            Add
          </Button>
        </div>
      </div>
    </Group>
  );
};

const NO_PROBLEMS: ReadonlyMap<string, string> = new Map();

const UnionPart = (props: FormPartProps<UnionNode, UnionValue>) => {
  const { node, value, onChange, path } = props;
  const option = node.options[value.chosen];
  const change = (changed: FormValue) =>
    onChange({ ...value, options: value.options.with(value.chosen, changed) });
  const part = { ...props, value: value.options[value.chosen] ?? '', onChange: change };
  return (
    // A single control shows the problem of the path itself.
    <Group {...props} problems={option?.kind === 'object' ? props.problems : NO_PROBLEMS}>
      <div class="written-as">
        <SelectField
          label="Written as"
          value={String(value.chosen)}
          options={Object.fromEntries(node.options.map(({ label }, index) => [index, label]))}
          onChange={(index) => onChange({ ...value, chosen: Number(index) })}
        />
      </div>
      {option?.kind === 'object' && !isRaw(part.value) ? (
        <ObjectParts {...part} node={option} value={part.value as ObjectValue} />
      ) : (
        option && (
          <FormPart {...part} node={{ ...option, isRequired: node.isRequired }} path={path} />
        )
      )}
    </Group>
  );
};

const ControlPart = (props: FormPartProps<FormNode, string>) => {
  const { node, value, onChange, path, problems } = props;
  const field = {
    label: node.label,
    help: helpOf(node),
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

/** A value that does not fit its control. */
const RawPart = ({
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
