/** What a request to AWS says, as far as somebody looks at it. */
export interface Asked {
  Key: { id?: { S: string }; day?: { S: string } };
  TableName?: string;
  Item?: Record<string, unknown>;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ReturnValues?: string;
  Names?: string[];
}

/** A request in a few words. What a write names is told, because rows of other attributes are other rows. */
export const questionOf = (target: string, body: string): string => {
  if (target === '') {
    const form = new URLSearchParams(body);
    return body.startsWith('{') ? 'push' : `${form.get('Action')} ${form.get('TopicArn')}`;
  }
  const request = JSON.parse(body) as Asked;
  const { TableName, Item = {}, ReturnValues, Names = [] } = request;
  const names = [...Object.keys(Item), ...updatedBy(request), ...Names].toSorted();
  return [target, TableName, ReturnValues, ...names].filter(Boolean).join(' ');
};

/** The attributes that an update names, however it writes them; neither its values nor SET, ADD and REMOVE. */
const updatedBy = ({ UpdateExpression = '', ExpressionAttributeNames = {} }: Asked): string[] =>
  (UpdateExpression.match(/(?<![:#\w])[#a-z]\w*/g) ?? []).map(
    (name) => ExpressionAttributeNames[name] ?? name,
  );
