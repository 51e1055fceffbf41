/**
 * Name of the operation that reads a large result in pieces. Every server has this operation in
 * addition to the operations of its contract.
 */
export const readResultName = 'readResult'
