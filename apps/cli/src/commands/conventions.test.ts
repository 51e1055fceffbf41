import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { ClientApp } from '../fixtures/client-app.ts'
import { startClientApp } from '../fixtures/client-app.ts'
import { commandLine } from '../fixtures/start-command.ts'
import { startOnTerminal } from '../fixtures/terminal.ts'

let app: ClientApp
beforeAll(async () => {
  app = await startClientApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const variables = () => ({ MCP_URL: app.url, XDG_STATE_HOME: app.state })

const escape = '\u001b'

it.each([
  ['a table with a bold header', [], {}, `${escape}[1mserver `, true],
  ['no color with NO_COLOR', [], { NO_COLOR: '1' }, 'server ', false],
  ['no color on a terminal without colors', [], { TERM: 'dumb' }, 'server ', false],
  ['JSON with --json', ['--json'], {}, '[{"name"', false],
])('prints on a terminal: %s', async (_name, words, environment, start, hasColor) => {
  await using terminal = startOnTerminal(['servers', ...words], { ...variables(), ...environment })
  expect(await terminal.exited).toBe(0)
  expect(terminal.raw().slice(0, start.length)).toBe(start)
  expect(terminal.raw().includes(escape)).toBe(hasColor)
})

it('runs a hub in the same process with --hub', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-hub-'))
  const words = ['call', 'tools.calculator.add', 'a=2', 'b=3', '--hub', '--data', folder]
  expect(await app.run(words)).toEqual({ code: 0, output: '5', errors: '' })
  rmSync(folder, { recursive: true })
}, 60_000)

it.each([
  ['operations', 'head -c 1'],
  ['ask "What is 12 * 12?" --stream', 'head -n 1'],
])('ends quietly if a reader closes the pipe: mcp %s | %s', async (command, reader) => {
  const words = commandLine().map((word) => `'${word}'`)
  const script = `set -o pipefail; ${words.join(' ')} ${command} < /dev/null | ${reader}`
  const env = { PATH: process.env['PATH'], ...variables() }
  const ended = await new Promise<{ code: number; output: string; errors: string }>((done) => {
    execFile('bash', ['--norc', '-c', script], { env }, (error, output, errors) =>
      done({ code: Number(error?.code ?? 0), output, errors }),
    )
  })
  expect(ended).toMatchObject({ code: 0, errors: '' })
  expect(ended.output).not.toBe('')
})
