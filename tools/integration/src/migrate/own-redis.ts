import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { freePort } from '../running-app.ts'

export const redisServer = '/usr/bin/redis-server'

/** A Redis without persistence. */
export interface OwnRedis {
  readonly url: string
  kill(): Promise<void>
}

/** Starts Redis on a free port, with further arguments. */
export async function startOwnRedis(args: readonly string[] = []): Promise<OwnRedis> {
  const port = await freePort()
  const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const child = spawn(redisServer, ['--port', String(port), ...options, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let log = ''
  for await (const chunk of child.stdout) {
    log += String(chunk)
    if (log.includes('Ready to accept connections')) break
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
