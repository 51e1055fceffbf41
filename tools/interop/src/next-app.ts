import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

import { installLibraries } from './install-libraries.ts'
import { runProgram } from './run-program.ts'
import { programPath } from './runtimes.ts'

const project = resolve(import.meta.dirname, '../next-app')
const next = programPath('.bin/next')
const env = { NEXT_TELEMETRY_DISABLED: '1' }

/** Builds the Next.js app in the folder `next-app`. */
export async function buildNextApp(): Promise<void> {
  await installLibraries(project)
  await rm(resolve(project, '.next'), { recursive: true, force: true })
  await runProgram(next, ['build'], { cwd: project, env, timeoutMs: 150_000 })
}

/** Starts the built app on a free port. */
export async function startNextApp() {
  const child = spawn(next, ['start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = await findUrl(child.stdout)

  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}

async function findUrl(output: NodeJS.ReadableStream): Promise<string> {
  let url = ''
  for await (const line of createInterface(output)) {
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? url
    if (line.includes('Ready')) return url
  }
  throw new Error('Next.js ended before it was ready.')
}
