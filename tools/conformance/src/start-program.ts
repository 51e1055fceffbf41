import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server in a process of its own. */
export interface RunningProgram {
  readonly url: string
  stop(): Promise<void>
}

/** Starts a program of this repository, and waits until it prints its URL as its first line. */
export async function startProgram(path: string): Promise<RunningProgram> {
  const child = spawn(process.execPath, ['--conditions=@mcp/source', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const url = await Promise.race([once(lines, 'line'), exited])
  if (typeof url[0] !== 'string') throw new Error(`${path} exited before it printed its URL.`)
  return {
    url: url[0],
    async stop() {
      child.kill()
      await exited
    },
  }
}
