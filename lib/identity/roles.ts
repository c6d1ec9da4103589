/** What a person of the team may do; each role may what those before it may. The groups of the user pool are named so. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** What an operation asks of a caller who has to be known: any user, whatever the groups, or at least a role. */
export type Required = 'user' | Role;

/** The roles that groups give. A group that is no role gives nothing. */
export const rolesOf = (groups: readonly string[]): Role[] =>
  ROLES.filter((role) => groups.includes(role));

/** Whether somebody with these roles may do what asks for `required`. */
export const allows = (roles: readonly Role[], required: Required): boolean => {
  if (required === 'user') return true;
  const least = ROLES.indexOf(required);
  // A name that is no role stands before all of them; nobody has it.
  return least >= 0 && roles.some((role) => ROLES.indexOf(role) >= least);
};
