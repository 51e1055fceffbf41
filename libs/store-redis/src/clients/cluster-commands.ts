import { setTimeout as delay } from 'node:timers/promises'

import type { ClusterNodes } from './cluster-nodes.ts'
import type { CommandArgs, Commands, SendCommand } from './commands.ts'
import { sendPastPipeline } from './commands.ts'
import type { NodeConnection } from './node-pool.ts'
import { nodeFailure } from './node-pool.ts'
import { parseRedirection } from './redirection.ts'
import { slotOf } from './slot-map.ts'

/** Maximum time for which a command that no node has run is sent again, in milliseconds. */
const maxRedirectMs = 600
const maxDelayMs = 50
/** Maximum number of redirections that are followed without a delay. */
const maxDirect = 4

/**
 * Sends each command to the primary of its slot. A command that a node did not run is sent again. `Cluster` of
 * ioredis is not used: it does not repeat commands in a pipeline for several slots, but repeats commands that
 * may have run before their connection closed.
 */
export function createClusterSend(nodes: ClusterNodes): Pick<Commands, 'send' | 'sendDirectly'> {
  return {
    send: follow(nodes, ({ client }, command, args) => client.call(command, ...args)),
    sendDirectly: follow(nodes, ({ client }, ...command) => sendPastPipeline(client, ...command)),
  }
}

type SendToNode = (node: NodeConnection, command: string, args: CommandArgs) => Promise<unknown>

/**
 * Returns the function that sends a command to the node of its slot, and repeats a command that the node did
 * not run.
 */
function follow(nodes: ClusterNodes, send: SendToNode): SendCommand {
  return async (key, command, args) => {
    const slot = slotOf(key)
    const end = performance.now() + maxRedirectMs
    let asked: NodeConnection | undefined
    for (let attempt = 1; ; attempt++) {
      const target = asked ?? nodes.ofSlot(slot)
      let failure: unknown = new Error('CLUSTERDOWN Hash slot not served')
      if (target !== undefined) {
        try {
          const sendTo = asked === undefined ? send : sendAsking
          return await sendTo(target, command, args)
        } catch (error) {
          failure = error
        }
      }
      const from = target?.node ?? { host: '', port: 0 }
      const redirection = parseRedirection(failure, from)
      if (redirection === undefined || performance.now() > end) throw withNode(failure, target)
      asked = redirection.type === 'ask' ? nodes.at(redirection.node) : undefined
      if (redirection.type === 'moved') nodes.move(redirection.slot, redirection.node)
      if (redirection.type !== 'ask') void nodes.refresh()
      const isDirect = redirection.type !== 'later' && attempt <= maxDirect
      if (!isDirect) await delay(Math.min(5 * attempt, maxDelayMs))
    }
  }
}

/** Returns an error that names the node if its connection failed; otherwise the failure itself. */
function withNode(failure: unknown, target: NodeConnection | undefined): unknown {
  if (target === undefined || !(failure instanceof Error)) return failure
  const isConnection = /isn't writeable|is closed|max retries/.test(failure.message)
  return isConnection ? nodeFailure(target.node) : failure
}

async function sendAsking(
  { client }: NodeConnection,
  command: string,
  args: CommandArgs,
): Promise<unknown> {
  // `ASKING` permits only the next command to use a slot that is being moved to the node.
  const results = await client
    .pipeline()
    .call('ASKING')
    .call(command, ...args)
    .exec()
  const [error, result] = results?.[1] ?? [new Error('no response')]
  if (error !== null && error !== undefined) throw error
  return result
}
