import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import type { Server } from 'node:http'

import * as z from 'zod'

import { startProfile, stopProfile } from './profiler.ts'

const questionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('usage') }),
  z.object({ type: z.literal('order'), name: z.string(), parameter: z.number() }),
])

type Order = (parameter: number) => number | Promise<number>

/** Reports to the benchmark that this program listens, and responds to its commands. */
export function serveSide(port: number, orders: Readonly<Record<string, Order>> = {}): void {
  respondToOrders(orders)
  process.send?.({ type: 'ready', port })
}

/** Responds to the commands of the benchmark. */
export function respondToOrders(orders: Readonly<Record<string, Order>> = {}): void {
  const table = new Map(
    Object.entries({ ...orders, collect, openFiles, startProfile, stopProfile }),
  )
  process.on('message', (message) => {
    const question = questionSchema.parse(message)
    if (question.type === 'usage') process.send?.({ type: 'usage', ...usage() })
    else void obey(table.get(question.name), question.parameter)
  })
  process.on('disconnect', () => process.exit())
}

async function obey(order: Order | undefined, parameter: number): Promise<void> {
  process.send?.({ type: 'done', value: (await order?.(parameter)) ?? 0 })
}

function usage() {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { cpuUs: user + system, rssBytes: rss, heapBytes: heapUsed + external }
}

/** Runs the garbage collector twice. The second run frees objects that the first run finalized. */
function collect(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return 0
}

/** Returns the number of open files of this process. Works only on Linux, because it reads `/proc`. */
function openFiles(): number {
  return readdirSync('/proc/self/fd').length
}

/** Opens a free port on loopback. */
export async function listenOnLoopback(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return address.port
}

/**
 * Starts the half of a program that has a feature and the half that lacks it. The half that starts first may be
 * faster or slower, so the parameter `without-first` of the program reverses the order.
 */
export async function startHalves<Half>(start: {
  readonly with: () => Promise<Half>
  readonly without: () => Promise<Half>
}): Promise<{ readonly with: Half; readonly without: Half }> {
  if (process.argv.includes('without-first')) {
    const without = await start.without()
    return { with: await start.with(), without }
  }
  return { with: await start.with(), without: await start.without() }
}
