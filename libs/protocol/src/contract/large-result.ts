/** Name of the operation that every server has besides its own: it reads a large result in parts. */
export const readResultName = 'readResult'
