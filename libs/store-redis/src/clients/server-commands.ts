import type { Redis } from 'ioredis'

import type { Commands, CommandsListener } from './commands.ts'
import { createCheck, sendPastPipeline } from './commands.ts'

/** Sends all commands to one server, or to the primary that sentinels name. The client must be connected. */
export function createServerCommands(
  client: Redis,
  { onFailure, onRecovery }: CommandsListener,
): Commands {
  let readyAt: number | undefined = Date.now()
  const check = createCheck()
  client.on('error', onFailure)
  client.on('ready', () => {
    readyAt = Date.now()
    onRecovery()
  })
  client.on('close', () => {
    readyAt = undefined
    onFailure(new Error('closed the connection'))
  })

  return {
    send: (_key, command, args) => client.call(command, ...args),
    sendDirectly: (_key, command, args) => sendPastPipeline(client, command, args),
    check: () => check(client),
    isReady: () => readyAt !== undefined,
    readyMs: () => (readyAt === undefined ? 0 : Date.now() - readyAt),
    close: () => client.disconnect(),
  }
}
