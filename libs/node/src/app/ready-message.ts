/** The message that a program sends to its supervisor when it has started. */
export const readyMessage = 'ready'
