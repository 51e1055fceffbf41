import { fork } from 'node:child_process'
import { once } from 'node:events'

import * as z from 'zod'

/** What a program under measurement says of itself. */
export interface Usage {
  /** CPU time of the whole process so far, in microseconds. */
  readonly cpuUs: number
  /** Resident memory, in bytes. */
  readonly rssBytes: number
  readonly heapBytes: number
}

/** A program under measurement, in a process of its own. */
export interface Side {
  readonly port: number
  usage(): Promise<Usage>
  /** Collects garbage, so that it counts neither as anybody's memory nor for anybody's requests. */
  collect(): Promise<void>
  /** Has the program do something by name and waits until it is done. */
  order(name: string, parameter?: number): Promise<number>
  stop(): Promise<void>
}

const readySchema = z.object({ type: z.literal('ready'), port: z.number() })
const usageSchema = z.object({
  type: z.literal('usage'),
  cpuUs: z.number(),
  rssBytes: z.number(),
  heapBytes: z.number(),
})
const doneSchema = z.object({ type: z.literal('done'), value: z.number() })

/** Starts a program of `sides/` and waits until it listens. */
export async function startSide(
  program: string,
  parameters: readonly string[] = [],
): Promise<Side> {
  const child = fork(new URL(`./sides/${program}.ts`, import.meta.url), parameters, {
    execArgv: ['--conditions=@mcp/source', '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })

  const ended = once(child, 'exit').then(() => {
    throw new Error(`${program} ended before it answered`)
  })
  // Its end is awaited where it is asked something, and is in order where it is stopped.
  ended.catch(() => {})

  async function ask<Schema extends z.ZodType>(
    question: object | undefined,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), 240_000)
    try {
      const answer = once(child, 'message', { signal: patience.signal })
      if (question !== undefined) child.send(question)
      const [message] = await Promise.race([answer, ended])
      return schema.parse(message)
    } finally {
      clearTimeout(timer)
      patience.abort()
    }
  }

  const { port } = await ask(undefined, readySchema)
  return {
    port,
    usage: () => ask({ type: 'usage' }, usageSchema),
    async collect() {
      await ask({ type: 'order', name: 'collect', parameter: 0 }, doneSchema)
    },
    async order(name, parameter = 0) {
      const { value } = await ask({ type: 'order', name, parameter }, doneSchema)
      return value
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
