import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { freePort, spawnApp, waitUntil } from '../running-app.ts'

export const programs = { redis: '/usr/bin/redis-server', nginx: '/usr/sbin/nginx' } as const

const configuration = resolve(import.meta.dirname, '../../../../deploy/nginx.conf')

/** Two session managers on one Redis, behind nginx with the configuration of `deploy/`. */
export interface LoadBalanced {
  /** URL of nginx. */
  readonly url: string
  readonly replicaUrls: readonly string[]
  killReplica(index: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startLoadBalanced(token: string): Promise<LoadBalanced> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-nginx-'))
  const running: ChildProcess[] = []
  async function end(child: ChildProcess | undefined): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  async function stop(): Promise<void> {
    await Promise.all(running.map(end))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const redisPort = await freePort()
    const ofRedis = ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '']
    running.push(spawn(programs.redis, ofRedis, { stdio: 'ignore' }))
    await waitUntil('Redis responds', () => isListening(redisPort))
    const toolsPort = await freePort()
    const tools = spawnApp({
      app: 'tools-server',
      environment: { TOOLS_SERVER_PORT: String(toolsPort) },
    })
    running.push(tools.process)
    const ports = [await freePort(), await freePort()]
    const replicas = ports.map((port) => startReplica(port, { redisPort, toolsPort, token }))
    running.push(...replicas)
    const replicaUrls = ports.map((port) => `http://127.0.0.1:${port}`)
    for (const url of replicaUrls) await waitUntil('a replica is ready', () => isReady(url), 90)
    const port = await freePort()
    running.push(startNginx(port, ports, folder))
    const url = `http://127.0.0.1:${port}`
    await waitUntil('nginx forwards', () => isReady(url))
    return {
      url,
      replicaUrls,
      killReplica: (index) => end(replicas[index]),
      [Symbol.asyncDispose]: stop,
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}

/** Starts a session manager with the variables that `compose.yaml` sets for a replica. */
function startReplica(
  port: number,
  options: { readonly redisPort: number; readonly toolsPort: number; readonly token: string },
): ChildProcess {
  const { redisPort, toolsPort, token } = options
  // The discard port refuses connections at once.
  const servers = ['RESOURCES', 'SAMPLING', 'DATABASE', 'INTERNET', 'ROOTS', 'PROMPTS']
  return spawnApp({
    app: 'session-manager',
    environment: {
      ...Object.fromEntries(servers.map((name) => [`${name}_SERVER_URL`, 'http://127.0.0.1:9'])),
      MCP_ALLOWED_HOSTS: 'gateway',
      MCP_SECRET: 's'.repeat(32),
      MCP_TOKENS: `me:${token}`,
      MCP_TRUST_PROXY: 'true',
      REDIS_URL: `redis://127.0.0.1:${redisPort}`,
      SESSION_MANAGER_PORT: String(port),
      TOOLS_SERVER_URL: `http://127.0.0.1:${toolsPort}`,
    },
  }).process
}

/** Starts nginx with the file of `deploy/` in which addresses and paths are replaced. */
function startNginx(port: number, replicas: readonly number[], folder: string): ChildProcess {
  let text = readFileSync(configuration, 'utf8')
    .replaceAll(/(?<= )\/tmp\//g, `${folder}/`)
    .replace('listen 5000;', `listen 127.0.0.1:${port};`)
  for (const [index, replica] of replicas.entries()) {
    text = text.replace(`session-manager-${index + 1}:5000`, `127.0.0.1:${replica}`)
  }
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, text)
  const directives = 'daemon off; master_process off;'
  return spawn(programs.nginx, ['-c', file, '-g', directives, '-e', 'stderr'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/ready`).catch(() => undefined)
  await response?.body?.cancel()
  return response?.ok === true
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
