import type { Logger, RunningApp } from '@mcp/node'

import type { Endpoint } from '../proxy/endpoint.ts'
import { createProxy } from '../proxy/proxy.ts'
import type { ProtocolOutput } from './reserve-output.ts'

export interface ServeInputOptions {
  readonly endpoint: Endpoint
  readonly output: ProtocolOutput
  readonly log: Logger
}

/** Time for the requests under way at the end of the input. The whole end takes less than 2 s. */
const graceMs = 700
const maxEndMs = 1500

/** Connects standard input and output with an endpoint until the input ends. */
export function serveStandardInput({ endpoint, output, log }: ServeInputOptions): RunningApp {
  const { stdin } = process
  const proxy = createProxy({ endpoint, write: (line) => output.write(line), log })
  let ending: Promise<void> | undefined

  const end = (): Promise<void> => {
    ending ??= Promise.race([
      proxy.end(graceMs).then(() => output.flush()),
      new Promise<void>((resolve) => setTimeout(resolve, maxEndMs)),
    ])
    return ending
  }

  stdin.on('data', (chunk: Buffer) => proxy.push(chunk))
  const inputEnded = new Promise<void>((resolve) => {
    stdin.once('end', resolve)
    stdin.once('close', resolve)
    stdin.once('error', () => resolve())
  })
  return {
    ended: Promise.race([inputEnded, output.closed])
      .then(end)
      .then(() => 0),
    close: end,
  }
}
