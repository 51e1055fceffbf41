import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../app-side.ts'

const programs = {
  'redis-server': '/usr/bin/redis-server',
  'nginx-light': '/usr/sbin/nginx',
} as const

/** Returns why programs are not available. Undefined if all of them are. */
export function missingPrograms(...packages: readonly (keyof typeof programs)[]) {
  const missing = packages.filter((name) => !existsSync(programs[name]))
  if (missing.length === 0) return undefined
  return `Not installed: apt-get install ${missing.join(' ')}`
}

/** A program that is not Node, in its own process. */
export interface NativeProgram {
  readonly port: number
  /** CPU time of the process so far, in microseconds. */
  cpuUs(): number
  stop(): Promise<void>
}

export interface RunningRedis extends NativeProgram {
  readonly url: string
}

/** Starts a Redis without persistence on a free port. */
export async function startRedis(): Promise<RunningRedis> {
  const port = await freePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '']
  const child = spawn(programs['redis-server'], [...options, '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  return { ...(await started(child, port)), url: `redis://127.0.0.1:${port}` }
}

/** Starts nginx as a load balancer of servers on this machine. */
export async function startNginx(ports: readonly number[]): Promise<NativeProgram> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'mcp-nginx-'))
  const file = join(folder, 'nginx.conf')
  await writeFile(file, nginxConfiguration(port, ports, folder))
  const child = spawn(programs['nginx-light'], ['-c', file, '-e', join(folder, 'nginx.log')], {
    stdio: 'ignore',
  })
  const program = await started(child, port)
  return {
    ...program,
    async stop() {
      await program.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One process, so that its CPU time can be read. Otherwise as in `deploy/nginx.conf`. */
function nginxConfiguration(port: number, ports: readonly number[], folder: string): string {
  const path = (name: string) => join(folder, name)
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const servers = ports.map((each) => `server 127.0.0.1:${each} max_fails=1 fail_timeout=1s;`)
  return `daemon off; master_process off; pid ${path('nginx.pid')}; error_log ${path('nginx.log')};
events { worker_connections 4096; }
http {
  access_log off;
  ${folders.map((name) => `${name}_temp_path ${path(name)};`).join(' ')}
  upstream replicas { ${servers.join(' ')} keepalive 64; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 1000000000;
    location / {
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_connect_timeout 1s;
      proxy_read_timeout 1h;
    }
  }
}`
}

async function started(child: ChildProcess, port: number): Promise<NativeProgram> {
  const exited = once(child, 'exit')
  const hasExited = () => child.exitCode !== null || child.signalCode !== null
  const until = performance.now() + 30_000
  while (!(await isListening(port))) {
    if (hasExited() || performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`${child.spawnfile} did not listen on port ${port}.`)
    }
    await new Promise((again) => setTimeout(again, 20))
  }
  return {
    port,
    cpuUs: () => cpuUsOf(child.pid),
    async stop() {
      if (hasExited()) return
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return isOpen
}

/** Microseconds of a clock tick in `/proc`, which has 100 of them a second on Linux. */
const tickUs = 10_000

/** Returns the CPU time of a process. Works only on Linux, because it reads `/proc`. */
function cpuUsOf(pid: number | undefined): number {
  // The name of the program is in parentheses, and may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const [userTicks, systemTicks] = fields.slice(11, 13).map(Number)
  return ((userTicks ?? 0) + (systemTicks ?? 0)) * tickUs
}
