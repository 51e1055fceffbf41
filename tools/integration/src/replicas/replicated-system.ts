import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { areProgramsMissing } from '../missing-programs.ts'
import type { RunningApp } from '../running-app.ts'
import { freePort, spawnApp, waitUntil } from '../running-app.ts'
import type { Effects } from './effects-server.ts'
import { readEffects } from './effects-server.ts'
import type { RedisLink } from './redis-link.ts'
import { startRedisLink } from './redis-link.ts'

const programs = { redis: '/usr/bin/redis-server', nginx: '/usr/sbin/nginx' } as const

/** Whether Redis or nginx is not installed. */
export const isReplicationMissing = (): boolean =>
  areProgramsMissing({ 'redis-server': programs.redis, 'nginx-light': programs.nginx })

/** A process that a test kills, stops and restarts. */
export interface Victim {
  readonly name: string
  /** Kills the process, and starts it again. Resolves when it responds. */
  kill(): Promise<void>
  /** Suspends the process for a time. */
  suspend(ms: number): Promise<void>
}

/** Three session managers behind nginx, on one Redis, with one server that counts effects. */
export interface ReplicatedSystem {
  /** URL of nginx. */
  readonly url: string
  readonly replicas: readonly Victim[]
  readonly redis: Victim
  readonly nginx: Victim
  /** The server that counts effects. */
  readonly server: Victim
  /** The network between each session manager and Redis, in the order of `replicas`. */
  readonly links: readonly RedisLink[]
  /** Reads the effects until now. */
  effects(): Effects
  [Symbol.asyncDispose](): Promise<void>
}

/** @param environment - Further variables of the session managers. */
export async function startReplicatedSystem(
  environment: Readonly<Record<string, string>> = {},
): Promise<ReplicatedSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-replicas-'))
  const ends: (() => Promise<void>)[] = []
  async function stop(): Promise<void> {
    for (const end of ends.toReversed()) await end()
    rmSync(folder, { recursive: true, force: true })
  }
  async function start(name: string, run: () => Promise<ChildProcess>): Promise<Victim> {
    const victim = await startVictim(name, run)
    ends.push(victim.end)
    return victim
  }

  try {
    const effectsFile = join(folder, 'effects.txt')
    const effectsPort = await freePort()
    const server = await start('the server', () => startServer(effectsPort, effectsFile))
    const redisPort = await freePort()
    const redis = await start('Redis', () => startRedis(redisPort, folder))
    const ports = [await freePort(), await freePort(), await freePort()]
    const replicas: Victim[] = []
    const links: RedisLink[] = []
    for (const [index, port] of ports.entries()) {
      const link = await startRedisLink(redisPort)
      ends.push(() => link.close())
      links.push(link)
      const run = () => startReplica({ port, redis: link.port, effects: effectsPort }, environment)
      replicas.push(await start(`replica ${index + 1}`, run))
    }
    const nginxPort = await freePort()
    const nginx = await start('nginx', () => startNginx(nginxPort, ports, folder))
    const url = `http://127.0.0.1:${nginxPort}`
    const effects = () => readEffects(effectsFile)
    const victims = { replicas, redis, nginx, server, links }
    return { url, ...victims, effects, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startVictim(name: string, start: () => Promise<ChildProcess>) {
  let running = await start()
  const end = async (): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    running.kill('SIGKILL')
    await exited
  }
  return {
    name,
    end,
    async kill() {
      await end()
      running = await start()
    },
    async suspend(ms: number) {
      running.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, ms))
      running.kill('SIGCONT')
    },
  }
}

/** Starts Redis, which writes each change to the disk before it responds. */
async function startRedis(port: number, folder: string): Promise<ChildProcess> {
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--dir', folder]
  const child = spawn(programs.redis, ['--port', String(port), '--bind', '127.0.0.1', ...durable], {
    stdio: 'ignore',
  })
  await waitUntil('Redis responds', () => isListening(port))
  return child
}

const effectsProgram = join(import.meta.dirname, 'effects-program.ts')

async function startServer(port: number, file: string): Promise<ChildProcess> {
  const environment = { EFFECTS_PORT: String(port), EFFECTS_FILE: file }
  const app = spawnApp({ program: effectsProgram, environment })
  await waitUntil('the server responds', () => isHealthy(app, port, '/health'), 90)
  return app.process
}

interface ReplicaPorts {
  readonly port: number
  readonly redis: number
  readonly effects: number
}

async function startReplica(
  ports: ReplicaPorts,
  environment: Readonly<Record<string, string>>,
  attempts = 5,
): Promise<ChildProcess> {
  const { port, redis, effects } = ports
  const app = spawnApp({
    app: 'session-manager',
    environment: {
      SESSION_MANAGER_PORT: String(port),
      REDIS_URL: `redis://127.0.0.1:${redis}`,
      SERVER_URLS: `effects=http://127.0.0.1:${effects}`,
      ...unusedServers,
      ...environment,
    },
  })
  // Other replicas may be starting at the same time.
  const isReady = () => isHealthy(app, port, '/ready')
  try {
    await waitUntil('the session manager is ready', isReady, 90)
    return app.process
  } catch (error) {
    if (app.process.exitCode === null || attempts === 1) throw error
    // On a busy machine, Redis may respond too late at the start. A supervisor starts the program again.
    return startReplica(ports, environment, attempts - 1)
  }
}

async function isHealthy(app: RunningApp, port: number, path: string): Promise<boolean> {
  if (app.process.exitCode !== null) throw new Error(app.output())
  const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
  return response?.ok === true
}

/** The built-in servers do not run. The discard port refuses connections at once. */
const unusedServers = Object.fromEntries(
  ['RESOURCES', 'SAMPLING', 'TOOLS', 'DATABASE', 'INTERNET', 'ROOTS', 'PROMPTS'].map((name) => [
    `${name}_SERVER_URL`,
    'http://127.0.0.1:9',
  ]),
)

async function startNginx(
  port: number,
  replicas: readonly number[],
  folder: string,
): Promise<ChildProcess> {
  const servers = replicas.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`)
  const path = (name: string) => join(folder, name)
  const file = path('nginx.conf')
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${path('nginx.pid')}; error_log ${path('nginx.log')};
events { worker_connections 8192; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${path(name)};`).join(' ')}
  upstream replicas { ${servers.join(' ')} keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host localhost;
      proxy_connect_timeout 1s;
      proxy_read_timeout 1h;
      proxy_buffering off;
    }
  }
}`,
  )
  const child = spawn(programs.nginx, ['-c', file, '-e', path('nginx.log')], { stdio: 'ignore' })
  await waitUntil('nginx responds', () => isListening(port))
  return child
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
