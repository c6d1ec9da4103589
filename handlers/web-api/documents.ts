import { operation } from './operation.ts';

/** The contract, for programs. */
export const getOpenApi = operation({}, async (_request, { contract }) => {
  const { json } = await contract();
  return { status: 200, text: json };
});

/** The contract, for people. */
export const getDocs = operation({}, async (_request, { contract }) => {
  const { page, pagePolicy } = await contract();
  return {
    status: 200,
    text: page,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': pagePolicy },
  };
});
