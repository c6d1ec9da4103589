import type { ComponentChildren } from 'preact';
import { SelectField, TextField } from '#handlers/web/app/parts/field.tsx';
import { FieldGroup } from '#handlers/web/app/parts/field-group.tsx';
import { FormControl, type FormPartProps, nodeHelp, RawControl } from './form-control.tsx';
import type { FormNode, ObjectNode, UnionNode } from './form-node.ts';
import { OTHERS, under } from './form-problems.ts';
import {
  emptyValue,
  type FormValue,
  isRaw,
  type ObjectValue,
  type UnionValue,
} from './form-value.ts';
import { ListEntries } from './list-entries.tsx';

/** The controls of a node, and of all nodes inside. */
export const FormPart = (props: FormPartProps) => {
  const { node, value, path, onLeave } = props;
  if (isRaw(value)) return <RawControl {...props} value={value.json} />;
  if (isFixed(node)) return null;
  switch (node.kind) {
    case 'object':
      return (
        <Group {...props}>
          <ObjectParts {...props} node={node} value={value as ObjectValue} />
        </Group>
      );
    case 'list':
      return (
        <Group {...props}>
          <ListEntries node={node} items={value as FormValue[]} onChange={props.onChange}>
            {(item, index) => (
              <FormPart
                {...props}
                node={{ ...node.item, label: `${node.label} ${index + 1}` }}
                value={item}
                path={under(path, String(index))}
                onChange={(changed) => props.onChange((value as FormValue[]).with(index, changed))}
              />
            )}
          </ListEntries>
        </Group>
      );
    case 'union':
      return <UnionPart {...props} node={node} value={value as UnionValue} />;
    default:
      return (
        <div onFocusOut={() => onLeave(path)}>
          <FormControl {...props} value={value as string} />
        </div>
      );
  }
};

/** Whether there is nothing to choose. */
export const isFixed = (node: FormNode): boolean =>
  node.kind === 'choice' && node.isRequired && node.values.length === 1;

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
    help={nodeHelp(node)}
    isRequired={node.isRequired}
    error={problems.get(path)}
  >
    {children}
  </FieldGroup>
);

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
