import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'

import * as z from 'zod'

import { report } from './report.ts'
import type { RunResult } from './run.ts'
import { run } from './run.ts'
import { root } from './workspace.ts'

/**
 * Builds the image of one app from the `Dockerfile`, starts the app in it, and calls it. It needs no
 * container engine and no image registry: `debootstrap` and the Node of this machine make the base image,
 * and `buildah` builds the app's image. If a program is missing, the check is skipped with a message.
 */
const tools = ['buildah', 'debootstrap', 'curl']
const missing = tools.filter((tool) => !run('sh', ['-c', `command -v ${tool}`], { cwd: root }).ok)
const timeoutMs = 600_000

const calls = {
  app: 'tools-server',
  defaultPort: 5003,
  request: {
    type: 'tool-execution',
    // An operation that runs in a worker process.
    payload: { tool: 'calculator', operation: 'evaluate', params: { expression: '2 + 3 * 4' } },
  },
  response: '"value":14',
} as const

if (missing.length > 0 || process.getuid?.() !== 0) {
  console.log(
    `image: SKIPPED: needs root and ${tools.join(', ')} (apt-get install ${tools.join(' ')})`,
  )
} else {
  const folder = mkdtempSync('/var/tmp/mcp-image-')
  try {
    report('image', await checkImage(folder), `${calls.app} built, started and called`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function checkImage(folder: string): Promise<string[]> {
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')]
  const variables = ['STORAGE_DRIVER=vfs', 'BUILDAH_ISOLATION=chroot']
  const program = ['env', ...variables, 'buildah', ...storage]
  const buildah = (...words: string[]): RunResult =>
    run('env', [...program.slice(1), ...words], { cwd: root, timeoutMs })

  const base = makeBase(folder)
  if (!base.ok) return [`the base image cannot be created\n${base.output}`]
  const context = join(folder, 'base')
  const file = join(folder, 'Dockerfile')
  writeFileSync(
    file,
    'FROM scratch\nCOPY . /\nENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt\n',
  )
  const based = buildah('bud', '--layers=false', '--tag', 'base', '--file', file, context)
  if (!based.ok) return [`the base cannot be built\n${based.output}`]

  const values = { BASE: 'localhost/base', APP: calls.app, PORT: String(calls.defaultPort) }
  const buildArguments = Object.entries(values).flatMap(([name, value]) => [
    '--build-arg',
    `${name}=${value}`,
  ])
  const built = buildah('bud', '--layers=false', ...buildArguments, '--tag', 'app', '.')
  if (!built.ok) return [`the image cannot be built\n${built.output.slice(-4000)}`]

  const made = buildah('from', '--pull-never', '--name', 'app', 'localhost/app')
  if (!made.ok) return [`no container of the image could be created\n${made.output}`]
  const found = checkUser(buildah('inspect', '--type', 'image', 'localhost/app').output)
  const problems = [...found, ...(await callApp([...program, 'run']))]
  buildah('rm', 'app')
  return problems
}

/** Returns the command of the image, because `buildah run` requires it as an argument. */
function imageCommand(): string[] {
  const written = /^CMD (\[.+\])$/m.exec(readFileSync(resolve(root, 'Dockerfile'), 'utf8'))?.[1]
  return z.array(z.string()).parse(JSON.parse(written ?? '[]'))
}

/** Creates the files of a minimal Debian with Node and npm, like the official Node image. */
function makeBase(folder: string): RunResult {
  const base = join(folder, 'base')
  const bootstrapped = run(
    'debootstrap',
    [
      '--variant=minbase',
      '--include=ca-certificates',
      'bookworm',
      base,
      'http://deb.debian.org/debian',
    ],
    { cwd: folder, timeoutMs },
  )
  if (!bootstrapped.ok) return bootstrapped
  const local = join(base, 'usr/local')
  copyFileSync(process.execPath, join(local, 'bin/node'))
  const npm = dirname(
    dirname(realpathSync(run('sh', ['-c', 'command -v npm'], { cwd: root }).output)),
  )
  cpSync(npm, join(local, 'lib/npm'), { recursive: true })
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/npm/bin/${name}-cli.js`, join(local, 'bin', name))
  // The image trusts the same certificates as this machine, which may use a proxy with its own.
  copyFileSync(
    '/etc/ssl/certs/ca-certificates.crt',
    join(base, 'etc/ssl/certs/ca-certificates.crt'),
  )
  return bootstrapped
}

function checkUser(inspected: string): string[] {
  return /"User": "1000:1000"/.test(inspected) ? [] : ['the image runs as root']
}

/** Starts the command of the image with the image's user, and sends a request to the app. */
async function callApp(start: readonly string[]): Promise<string[]> {
  const port = await freePort()
  const [command = '', ...words] = start
  const environment = ['--env', `TOOLS_SERVER_PORT=${port}`]
  const program = spawn(command, [...words, ...environment, 'app', '--', ...imageCommand()], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    // The program has its own process group, so that a signal to the group also ends the container.
    detached: true,
  })
  let printed = ''
  for (const stream of [program.stdout, program.stderr]) {
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  }
  const exited = once(program, 'exit')
  try {
    const url = `http://127.0.0.1:${port}`
    const health = run(
      'curl',
      ['-sf', '--retry', '60', '--retry-delay', '1', '--retry-connrefused', `${url}/health`],
      { cwd: root },
    )
    if (!health.ok) return [`${calls.app} does not start in its image\n${printed}${health.output}`]
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(calls.request),
    })
    const text = await response.text()
    return text.includes(calls.response) ? [] : [`${calls.app} returned ${text}\n${printed}`]
  } finally {
    if (program.pid !== undefined) process.kill(-program.pid, 'SIGTERM')
    await exited
  }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('no port could be opened')
  return String(address.port)
}
