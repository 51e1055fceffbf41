import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'

import * as z from 'zod'

/** Resource usage that a program under measurement reports. */
export interface Usage {
  /** CPU time of the whole process so far, in microseconds. */
  readonly cpuUs: number
  /** Resident memory, in bytes. */
  readonly rssBytes: number
  readonly heapBytes: number
}

/** A program under measurement, in its own process. */
export interface Side {
  readonly port: number
  usage(): Promise<Usage>
  /** Runs the garbage collector, so that earlier garbage affects neither memory nor later requests. */
  collect(): Promise<void>
  /** Runs a command of the program by name and waits until it has completed. */
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

  const { ask, control } = controlChild(child, program)
  const { port } = await ask(undefined, readySchema)
  return { port, ...control }
}

/** Returns the commands of a child process that responds to orders. */
export function controlChild(child: ChildProcess, program: string) {
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${program} exited before it responded`)
  })
  // `ended` rejects a pending command. Without a pending command, the exit follows a `stop` and the
  // rejection is expected.
  ended.catch(() => {})

  async function ask<Schema extends z.ZodType>(
    question: object | undefined,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), 240_000)
    try {
      for (let isAsked = false; ; isAsked = true) {
        const response = once(child, 'message', { signal: timeout.signal })
        if (question !== undefined && !isAsked) child.send(question)
        const [message] = await Promise.race([response, ended])
        // An app also sends the messages of its supervisor.
        const parsed = schema.safeParse(message)
        if (parsed.success) return parsed.data
      }
    } finally {
      clearTimeout(timer)
      timeout.abort()
    }
  }

  const control: Omit<Side, 'port'> = {
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
  return { ask, control }
}
