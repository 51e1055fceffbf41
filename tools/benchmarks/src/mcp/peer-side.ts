import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { resolve } from 'node:path'

import { freePort } from '../app-side.ts'
import type { Side } from '../side.ts'
import { controlChild } from '../side.ts'

export const interop = resolve(import.meta.dirname, '../../../interop')

/** Whether the packages with which the hub is compared are installed. They have a lock file of their own. */
export const arePeersInstalled = (): boolean =>
  existsSync(resolve(interop, 'node_modules/mcp-lite/package.json'))

/** Starts a server of `tools/interop/src/peers` in its own process, and waits until it listens. */
export const startPeer = (program: string): Promise<Side> =>
  startMeasured(`src/peers/${program}.ts`, (port) => [String(port)])

/** Starts a program below `tools/interop` in its own process, and waits until it listens on its port. */
export async function startMeasured(
  program: string,
  parameters: (port: number) => readonly string[],
): Promise<Side> {
  const port = await freePort()
  const child = fork(resolve(interop, program), parameters(port), {
    execArgv: [
      '--import',
      new URL('../sides/usage-agent.ts', import.meta.url).href,
      '--disable-warning=ExperimentalWarning',
      '--expose-gc',
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { control } = controlChild(child, program)
  await waitUntilListening(port)
  return { port, ...control }
}

async function waitUntilListening(port: number): Promise<void> {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    const socket = connect(port, '127.0.0.1')
    const isListening = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isListening) return
    await new Promise((again) => setTimeout(again, 20))
  }
  throw new Error(`Port ${port} accepted no connection within 60 seconds.`)
}
