import { Socket } from 'node:net'

import { openMessageSocket } from './message-socket.ts'

/** File descriptor of the socket to the parent, after stdin, stdout and stderr. */
const channelFd = 3

/**
 * Opens the channel of this worker process to its parent, and returns the function that posts a message.
 * Kills this process once the parent has exited.
 *
 * @throws Error if the process was not started by {@link startNodeProcess}.
 */
export function openParentChannel(
  onMessage: (message: unknown) => void,
): (message: unknown) => void {
  const socket = new Socket({ fd: channelFd, readable: true, writable: true })
  const killSelf = () => process.kill(process.pid, 'SIGKILL')
  socket.once('close', killSelf)
  // Ctrl+C sends SIGINT to the whole process group. A worker ignores it, because only the parent decides when a
  // worker ends.
  process.on('SIGINT', () => {})
  // The parent is trusted, so its messages have no limit.
  return openMessageSocket(socket, { maxMessageBytes: Infinity, onMessage, onInvalid: killSelf })
}
