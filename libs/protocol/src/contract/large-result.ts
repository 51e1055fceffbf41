/**
 * Name of the operation that reads a large result in parts. Every server has it in addition to its
 * contract.
 */
export const readResultName = 'readResult'
