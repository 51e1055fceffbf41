import { availableParallelism } from 'node:os'

import { startApp } from '../app-side.ts'
import type { Comparison, CompareOptions } from '../compare.ts'
import { compare } from '../compare.ts'
import { openSession } from '../open-session.ts'
import type { Setup } from '../request-path.ts'
import { setup } from '../request-path.ts'
import type { Side } from '../side.ts'
import type { NativeProgram } from './programs.ts'
import { startNginx, startRedis } from './programs.ts'

/** Two session managers, the tools server, Redis, nginx and the load need a core each, and the system one. */
const coresForTwo = 7

/** Whether this machine has the cores on which two session managers can serve more than one. */
export const hasCoresForTwo = (): boolean => availableParallelism() >= coresForTwo

/** Compares two session managers behind nginx with one, all on one Redis with one tools server. */
export async function measureBalanced(options: CompareOptions): Promise<Comparison> {
  const redis = await startRedis()
  const tools = await startApp('tools-server', { portVariable: 'TOOLS_SERVER_PORT' })
  const setups: Setup[] = []
  try {
    for (const count of [2, 1]) setups.push(await setUpBalanced(count, redis.url, tools))
    const [two, one] = setups
    if (two === undefined || one === undefined) throw new Error('nothing to compare')
    return await compare(two.contestant, one.contestant, options)
  } finally {
    await Promise.all(setups.map((each) => each.stop()))
    await tools.stop()
    await redis.stop()
  }
}

async function setUpBalanced(count: number, redisUrl: string, tools: Side): Promise<Setup> {
  const replicas: Side[] = []
  for (let index = 0; index < count; index++) {
    const environment = {
      REDIS_URL: redisUrl,
      TOOLS_SERVER_URL: `http://127.0.0.1:${tools.port}`,
      LOG_LEVEL: 'error',
    }
    replicas.push(
      await startApp('session-manager', { portVariable: 'SESSION_MANAGER_PORT', environment }),
    )
  }
  const nginx = await startNginx(replicas.map(({ port }) => port))
  const side = combine(nginx, [...replicas, tools])
  const path = `${await openSession(nginx.port)}/requests`
  return {
    ...setup({ side, path }, replicas),
    async stop() {
      await Promise.all([nginx, ...replicas].map((each) => each.stop()))
    },
  }
}

/** Returns the processes behind nginx as one program. Its usage is the sum of theirs, without nginx. */
function combine(nginx: NativeProgram, sides: readonly Side[]): Side {
  return {
    port: nginx.port,
    async usage() {
      const all = await Promise.all(sides.map((side) => side.usage()))
      const sumOf = (name: 'cpuUs' | 'rssBytes' | 'heapBytes') =>
        all.reduce((sum, usage) => sum + usage[name], 0)
      return {
        cpuUs: sumOf('cpuUs'),
        rssBytes: sumOf('rssBytes'),
        heapBytes: sumOf('heapBytes'),
      }
    },
    async collect() {
      await Promise.all(sides.map((side) => side.collect()))
    },
    order: () => Promise.reject(new Error('A group of programs has no commands.')),
    stop: () => Promise.reject(new Error('Each program is stopped on its own.')),
  }
}
