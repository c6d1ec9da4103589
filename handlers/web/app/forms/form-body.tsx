import { useState } from 'preact/hooks';
import type { FormNode, NamedNode } from './form-node.ts';
import { FormPart, isFixed, ObjectParts } from './form-part.tsx';
import type { FormValue, ObjectValue } from './form-value.ts';
import { RARE_FIELDS } from './message-form.ts';
import type { SchemaForm } from './use-schema-form.ts';

export interface FormBodyProps {
  node: FormNode;
  value: FormValue;
  form: Pick<SchemaForm, 'problems' | 'onLeave'>;
  onChange: (value: FormValue) => void;
}

/** The fields of a form. Those that few people need are folded. */
export const FormBody = ({ node, value, form, onChange }: FormBodyProps) => {
  const [isOpen, setOpen] = useState(false);
  const { problems, onLeave } = form;
  const shared = { value, onChange, path: '', problems, onLeave };
  if (node.kind !== 'object' || 'json' in (value as object))
    return <FormPart node={node} {...shared} />;

  const input = value as ObjectValue;
  const rare = node.fields.filter(isRare);
  const common = { ...node, fields: node.fields.filter((one) => !isRare(one)) };
  const parts = { ...shared, value: input };
  const hasProblem = rare.some(({ name }) => problems.has(name));
  if (common.fields.every((one) => isFixed(one.node)) && rare.length === 0 && !node.isOpen)
    return <p class="muted">There is nothing to fill in.</p>;
  return (
    <>
      <ObjectParts {...parts} node={common} />
      {rare.length > 0 && (
        <details
          class="more"
          open={isOpen || hasProblem}
          onToggle={(event) => setOpen(event.currentTarget.open)}
        >
          <summary>More settings</summary>
          <div class="form">
            <ObjectParts {...parts} node={{ ...node, isOpen: false, fields: rare }} isPartial />
          </div>
        </details>
      )}
    </>
  );
};

const isRare = ({ name, node }: NamedNode): boolean =>
  RARE_FIELDS.includes(name) || (name === 'arguments' && node.kind === 'json');
