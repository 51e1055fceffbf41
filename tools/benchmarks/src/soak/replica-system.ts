import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startApp } from '../app-side.ts'
import { startNginx, startRedis } from '../replicas/programs.ts'
import type { RunningRedis } from '../replicas/programs.ts'
import type { Side } from '../side.ts'

/** Three session managers behind nginx and a client app, on one Redis, with two servers. */
export interface ReplicaSystem {
  /** URL of nginx. */
  readonly url: string
  readonly clientUrl: string
  readonly redis: RunningRedis
  /** The processes that are watched, by name. */
  readonly watched: ReadonlyMap<string, Side>
  /** Ends the session managers and the client app, which hold leases in Redis. */
  endReplicas(): Promise<void>
  stop(): Promise<void>
}

/** One operation requires an approval, so that interactions take place. */
const policy = 'rules: [{ server: tools, operation: calculator.power, effect: ask }]'

/** Redis would hold a shared secret without it. */
const secret = 'a-secret-of-the-soak-test-with-more-than-32-characters'

export async function startReplicaSystem(): Promise<ReplicaSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-soak-'))
  const policyFile = join(folder, 'policy.yaml')
  await writeFile(policyFile, policy)
  const redis = await startRedis()
  const watched = new Map<string, Side>()
  const tools = await startApp('tools-server', { portVariable: 'TOOLS_SERVER_PORT' })
  const internet = await startApp('internet-server', { portVariable: 'INTERNET_SERVER_PORT' })
  for (const number of [1, 2, 3]) {
    const environment = {
      REDIS_URL: redis.url,
      MCP_POLICY: policyFile,
      MCP_SECRET: secret,
      TOOLS_SERVER_URL: `http://127.0.0.1:${tools.port}`,
      INTERNET_SERVER_URL: `http://127.0.0.1:${internet.port}`,
      // The logs of the sessions that stay open reach this bound in the first half of the run. With the default,
      // they would grow for more than half an hour.
      MCP_STORE_MB: '8',
      // The other servers are not started.
      LOG_LEVEL: 'error',
    }
    const options = { portVariable: 'SESSION_MANAGER_PORT', environment }
    watched.set(`session manager ${number}`, await startApp('session-manager', options))
  }
  const replicas = [...watched.values()]
  const nginx = await startNginx(replicas.map(({ port }) => port))
  const url = `http://127.0.0.1:${nginx.port}`
  const client = await startApp('client', {
    portVariable: 'CLIENT_PORT',
    environment: { SESSION_MANAGER_URL: url, REDIS_URL: redis.url, LOG_LEVEL: 'error' },
  })
  watched.set('tools server', tools).set('client app', client)
  const endReplicas = async (): Promise<void> => {
    await Promise.all([client, ...replicas].map((side) => side.stop()))
  }
  return {
    url,
    clientUrl: `http://127.0.0.1:${client.port}`,
    redis,
    watched,
    endReplicas,
    async stop() {
      await endReplicas()
      await Promise.all([nginx, tools, internet, redis].map((each) => each.stop()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}
