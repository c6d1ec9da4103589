export interface HelpTextProps {
  /** Texts between backticks are shown as code. */
  text: string | undefined;
  /** Short additions, such as limits. */
  notes?: readonly string[] | undefined;
}

/** An explanation, such as the description of a property in the contract of the API. */
export const HelpText = ({ text = '', notes = [] }: HelpTextProps) => (
  <>
    {text
      .split('`')
      .map((part, index) => (index % 2 === 1 ? <code key={`${index}${part}`}>{part}</code> : part))}
    {notes.map((note) => ` ${note.charAt(0).toUpperCase()}${note.slice(1)}.`)}
  </>
);
