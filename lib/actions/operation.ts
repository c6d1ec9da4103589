import type { RunnableOperation } from './action.ts';
import type { IrreversibleOperation } from './irreversible.ts';

/** An operation of the catalogue. `effect` says which of the two it is. */
export type ActionOperation = RunnableOperation | IrreversibleOperation;
