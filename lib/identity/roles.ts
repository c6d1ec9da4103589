/** The roles of users. Each role includes the ones before it. The groups of the user pool have the same names. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

export type Role = (typeof ROLES)[number];

/** The requirement of an operation: any signed-in user, or a minimum role. */
export type RequiredRole = 'user' | Role;

/** The groups that are roles. Other groups are ignored. */
export const rolesOf = (groups: readonly string[]): Role[] =>
  ROLES.filter((role) => groups.includes(role));

/** Whether a user with these roles meets the requirement. */
export const allows = (roles: readonly Role[], required: RequiredRole): boolean => {
  if (required === 'user') return true;
  const least = ROLES.indexOf(required);
  // An unknown requirement has the index -1, and no user meets it.
  return least >= 0 && roles.some((role) => ROLES.indexOf(role) >= least);
};
