/** The names that a query or a form has more than once. A parser that takes the first or last value would hide the other. */
export const repeatedNames = (fields: URLSearchParams): string[] => {
  const names = [...fields.keys()];
  return names.filter((name, index) => names.indexOf(name) !== index);
};
