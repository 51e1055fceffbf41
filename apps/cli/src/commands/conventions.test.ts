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

it.each([
  ['a table with a bold header', [], {}, /^\u001b\[1mserver +health/],
  ['no color with NO_COLOR', [], { NO_COLOR: '1' }, /^server +health/],
  ['no color on a terminal without colors', [], { TERM: 'dumb' }, /^server +health/],
  ['JSON with --json', ['--json'], {}, /^\[\{"name"/],
])('prints on a terminal: %s', async (_name, words, environment, expected) => {
  await using terminal = startOnTerminal(['servers', ...words], { ...variables(), ...environment })
  expect(await terminal.exited).toBe(0)
  expect(terminal.raw()).toMatch(expected)
  if (!expected.source.includes('u001b')) expect(terminal.raw()).not.toContain('\u001b')
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
