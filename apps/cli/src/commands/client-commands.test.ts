import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'

import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import type { ClientApp } from '../fixtures/client-app.ts'
import { startClientApp } from '../fixtures/client-app.ts'
import { commandLine, startCommand } from '../fixtures/start-command.ts'

let app: ClientApp
beforeAll(async () => {
  app = await startClientApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const variables = () => ({ MCP_URL: app.url, XDG_STATE_HOME: app.state })
const add = (id: string, b: unknown) => ({
  id,
  type: 'tool-execution',
  payload: { tool: 'calculator', operation: 'add', params: { a: 2, b } },
})

it('lines: one response per request, an error envelope per invalid line', async () => {
  const input = [JSON.stringify(add('one', 3)), 'no json', '[]', '{"id":"two"}', '']
  const last = JSON.stringify(add('three', 'x'))
  const { code, output } = await app.run(['lines'], { input: [...input, last].join('\n') })
  expect(code).toBe(0)
  const envelopes: unknown[] = output.split('\n').map((line) => JSON.parse(line))
  expect(envelopes).toHaveLength(5)
  const error = (code: string) => expect.objectContaining({ code, retryable: false })
  for (const expected of [
    { id: 'one', status: 'success', data: { result: 5 } },
    { id: expect.any(String), status: 'error', error: error('parse-error') },
    { id: expect.any(String), status: 'error', error: error('invalid-request') },
    { id: 'two', status: 'error', error: error('invalid-request') },
    { id: 'three', status: 'error', error: error('invalid-params') },
  ]) {
    expect(envelopes).toContainEqual(expect.objectContaining(expected))
  }
})

it('lines: prints notifications between responses', async () => {
  const command = startCommand(['lines'], variables())
  const request = (operation: string, params: object) => ({
    id: operation,
    type: 'resource-access',
    payload: { resource: 'memory:///watched', operation, params },
  })
  command.send(request('create', { content: 'a' }))
  await command.response('create')
  command.send(request('subscribe', {}))
  await command.response('subscribe')
  command.send(request('update', { content: 'b' }))
  await vi.waitFor(() => {
    const types = command.lines.map((line) => String(Object(JSON.parse(line)).type))
    expect(types).toContainEqual(expect.stringMatching(/resource/))
  })
  command.process.stdin?.end()
  expect(await command.exited).toBe(0)
})

it('events: prints notifications until it is interrupted', async () => {
  const command = startCommand(['events', '--follow'], variables())
  await vi.waitFor(() => expect(command.errors()).toContain('Connected'))
  await app.run(['call', 'resources.create', 'resource=memory:///event', 'content=a'])
  await app.run(['call', 'resources.subscribe', 'resource=memory:///event'])
  await app.run(['call', 'resources.update', 'resource=memory:///event', 'content=b'])
  await vi.waitFor(() => expect(command.lines.join('\n')).toContain('memory:///event'))
  command.process.kill('SIGINT')
  expect(await command.exited).toBe(130)
})

it('ask: runs a prompt, a direct form in quotes, and text of a pipe', async () => {
  const asked = await app.run(['ask', 'What is 12 * 12?'])
  expect(asked).toMatchObject({ code: 0, output: expect.stringContaining('144') })
  expect(asked.errors).toMatch(/^> tools\.calculator\./)
  const direct = await app.run(['6 * 7'])
  expect(direct).toMatchObject({ code: 0, output: expect.stringContaining('42') })
  const piped = await app.run(['ask'], { input: 'What is 3 * 5?\n' })
  expect(piped).toMatchObject({ code: 0, output: expect.stringContaining('15') })
  expect(await app.run(['ask'])).toMatchObject({ code: 2 })
}, 60_000)

it('doctor: checks in order, and skips what depends on a failed check', async () => {
  const { code, output } = await app.run(['doctor'])
  const names = ['name', 'port', 'version', 'health', 'key', 'model', 'session', 'write rights']
  const checks: { check: string; state: string }[] = JSON.parse(output)
  expect(code).toBe(0)
  expect(checks.map(({ check, state }) => [check, state])).toEqual(
    names.map((name) => [name, 'ok']),
  )

  const environment = { MCP_URL: 'http://127.0.0.1:9' }
  const failed = await app.run(['doctor'], { environment })
  expect(failed.code).toBe(4)
  expect(JSON.parse(failed.output)[1]).toMatchObject({ check: 'port', state: 'failed' })
  expect(JSON.parse(failed.output)[2]).toMatchObject({ check: 'version', state: 'skipped' })
})

it.each([
  ['mcp ser', ['servers']],
  ['mcp call tools.calculator.ad', ['tools.calculator.add']],
  ['mcp call tools.calculator.add ', ['a=', 'b=']],
  ['mcp operations ro', ['roots']],
  ['mcp completion z', ['zsh']],
  ['mcp call nothing.there ', ['']],
  ['mcp conversations sh', ['show']],
  ['mcp activity --fol', ['--follow']],
  ['mcp ask hello --conv', ['--conversation']],
  ['mcp ask hello --conversation l', ['last']],
  ['mcp sessions --js', ['--json']],
  ['mcp start --', ['']],
])('completes: %s', async (line, expected) => {
  const { code, output } = await app.run(['complete', line])
  expect({ code, lines: output.split('\n') }).toEqual({ code: 0, lines: expected })
})

it('completion: bash completes with the script', async () => {
  const { output: script } = await app.run(['completion', 'bash'])
  const words = commandLine().map((word) => `'${word}'`)
  const program = `mcp() { ${words.join(' ')} "$@"; }
${script}
COMP_LINE='mcp call roots.readM'; COMP_POINT=\${#COMP_LINE}; _mcp; printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = { PATH: process.env['PATH'], ...variables() }
  const { stdout } = await promisify(execFile)('bash', ['-c', program], { env })
  expect(stdout).toBe('roots.readMany\n')
})

it.each(['zsh', 'fish', 'powershell'])('completion: prints the script of %s', async (shell) => {
  const { code, output } = await app.run(['completion', shell])
  expect(code).toBe(0)
  expect(output).toContain('mcp complete')
})

it('completion: refuses an unknown shell', async () => {
  const ended = await app.run(['completion', 'fsh'])
  expect(ended).toMatchObject({ code: 2, errors: expect.stringContaining('"fish"') })
})

it('ends without an error if the reader of its output closes the pipe', async () => {
  const [node = '', ...rest] = commandLine('operations')
  const env = { PATH: process.env['PATH'], ...variables() }
  const child = spawn(node, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  child.stdout.destroy()
  const code = await new Promise((done) => child.on('close', done))
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
})
