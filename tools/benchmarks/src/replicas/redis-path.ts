import { Redis } from 'ioredis'

import { startApp } from '../app-side.ts'
import type { Comparison, CompareOptions, Contestant } from '../compare.ts'
import { compare, measure } from '../compare.ts'
import { openSession } from '../open-session.ts'
import type { Setup } from '../request-path.ts'
import { clearing, setup } from '../request-path.ts'
import type { Side } from '../side.ts'
import { startSide } from '../side.ts'
import { startRedis } from './programs.ts'

/** A read-only request waits for one round trip to Redis, and a recorded one for two. Requests of one turn share them. */
export type RedisRequest = 'read-only' | 'recorded'

/** Processes of the servers of the session manager: its own, or one app for each. */
export type ServerPlace = 'in-process' | 'apps'

export interface RedisComparison extends Comparison {
  /** Scripts that the session manager sent to Redis per request, with those of its timers. */
  readonly scriptsPerRequest: number
}

/** Compares a session manager on Redis with the minimal server that makes as many round trips. */
export async function measureRedis(
  request: RedisRequest,
  place: ServerPlace,
  options: CompareOptions,
): Promise<RedisComparison> {
  const redis = await startRedis()
  const probe = new Redis(redis.url)
  const setups: Setup[] = []
  try {
    const setUpOurs = place === 'apps' ? setUpApps : setUpManager
    const ours = await setUpOurs(redis.url, request)
    setups.push(ours)
    const floor = await setUpFloor(redis.url, request, place)
    setups.push(floor)
    const comparison = await compare(ours.contestant, floor.contestant, options)
    await probe.config('RESETSTAT')
    const { forMs, connections = 32, spins } = options
    const { requestsPerSecond } = await measure(ours.contestant, forMs, { connections, spins })
    const scripts = await countScripts(probe)
    return { ...comparison, scriptsPerRequest: scripts / ((requestsPerSecond * forMs) / 1000) }
  } finally {
    await Promise.all(setups.map((each) => each.stop()))
    probe.disconnect()
    await redis.stop()
  }
}

async function countScripts(probe: Redis): Promise<number> {
  const [, calls = '0'] = /cmdstat_evalsha:calls=(\d+)/.exec(await probe.info('commandstats')) ?? []
  return Number(calls)
}

async function setUpManager(redisUrl: string, request: RedisRequest): Promise<Setup> {
  const side = await startSide('redis-manager', [redisUrl])
  return setup(await contestantOf(side, request), [side])
}

/** The app of the session manager as its npm script starts it, with the apps of two servers behind it. */
async function setUpApps(redisUrl: string, request: RedisRequest): Promise<Setup> {
  const tools = await startApp('tools-server', { portVariable: 'TOOLS_SERVER_PORT' })
  const internet = await startApp('internet-server', { portVariable: 'INTERNET_SERVER_PORT' })
  const side = await startApp('session-manager', {
    portVariable: 'SESSION_MANAGER_PORT',
    environment: {
      REDIS_URL: redisUrl,
      TOOLS_SERVER_URL: `http://127.0.0.1:${tools.port}`,
      INTERNET_SERVER_URL: `http://127.0.0.1:${internet.port}`,
      // The other servers are not started.
      LOG_LEVEL: 'error',
    },
  })
  return setup(await contestantOf(side, request), [side, tools, internet])
}

async function contestantOf(side: Side, request: RedisRequest): Promise<Contestant> {
  const path = `${await openSession(side.port)}/requests`
  const isRead = request === 'read-only'
  return isRead ? { side, path } : { side, path, body: clearing, expected: '"cleared":0' }
}

async function setUpFloor(
  redisUrl: string,
  request: RedisRequest,
  place: ServerPlace,
): Promise<Setup> {
  if (place === 'in-process') {
    const echo = await startSide('redis-echo', [redisUrl, request])
    return setup({ side: echo, path: '/' }, [echo])
  }
  const echo = await startSide('raw-echo')
  const proxy = await startSide('redis-echo', [redisUrl, request, String(echo.port)])
  return setup({ side: proxy, path: '/' }, [proxy, echo])
}
