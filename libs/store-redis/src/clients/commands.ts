import { Command } from 'ioredis'
import type { Redis } from 'ioredis'

export type CommandArgs = readonly (string | number)[]

export type SendCommand = (key: string, command: string, args: CommandArgs) => Promise<unknown>

/** Sends commands to Redis. */
export interface Commands {
  /**
   * Sends a command to the server that has a key, together with the other commands of this turn of the event
   * loop.
   */
  send: SendCommand
  /** Sends a command to the server that has a key, without waiting for others. */
  sendDirectly: SendCommand
  /** Tests each connection. Reopens a connection that did not respond to two tests in a row. */
  check(): void
  /** Whether the server is connected; in a cluster, whether the nodes of all slots are connected. */
  isReady(): boolean
  /** Time for which `isReady` has been true, in milliseconds; 0 while it is false. */
  readyMs(): number
  close(): void
}

/** Changes of the connections that send commands. */
export interface CommandsListener {
  readonly onFailure: (error: unknown) => void
  /** Called when `isReady` becomes true after a failure; in a cluster also the first time. */
  readonly onRecovery: () => void
}

/**
 * Sends a command without the pipeline in which a client collects commands until the next turn of the event
 * loop.
 */
export async function sendPastPipeline(
  client: Redis,
  name: string,
  args: CommandArgs,
): Promise<unknown> {
  const { stream } = client
  // All commands of this tick are written together.
  if (stream?.writableCorked === 0) {
    stream.cork()
    process.nextTick(() => stream.uncork())
  }
  return client.sendCommand(new Command(name, [...args], { replyEncoding: 'utf8' }))
}

/**
 * Creates the check of connections. Without it, a subscriber would never notice that the network drops all
 * packets. A client that sends commands would reconnect only when TCP gives up, after many minutes.
 */
export function createCheck(): (client: Redis) => void {
  const failures = new WeakMap<Redis, number>()
  return (client) => {
    // Connects again if the client gave up, for example because no sentinel was reachable.
    if (client.status === 'end') client.connect().catch(() => {})
    if (client.status !== 'ready') return
    client.ping().then(
      () => failures.delete(client),
      () => {
        const count = (failures.get(client) ?? 0) + 1
        failures.set(client, count % 2)
        if (count === 2) reconnect(client)
      },
    )
  }
}

/** Closes a connection, which is then opened again. */
export function reconnect(client: Redis): void {
  if (client.status === 'ready') client.disconnect(true)
}
