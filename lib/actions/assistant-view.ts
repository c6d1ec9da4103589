/** How assistants see an operation, where it differs from a tool `<action>_<operation>` with the same input. */
export interface AssistantView {
  /** The name of the tool. */
  name?: string;
  /** Other names of the tool, which a call may use. */
  aliases?: readonly string[];
  description?: string;
  /** Other names of properties of the input, which a call may use instead. */
  inputAliases?: Readonly<Record<string, string>>;
  /** Properties of the input that assistants do not have. */
  hidden?: readonly string[];
  /** What to do after an input that is not valid. One clause, without a full stop. */
  advice?: string;
}
