import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

import { listen } from '@mcp/node'
import { createHub } from '@mcp/hub'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import type { ClientApp } from '../fixtures/client-app.ts'
import { startClientApp } from '../fixtures/client-app.ts'
import { startCommand } from '../fixtures/start-command.ts'

let app: ClientApp
beforeAll(async () => {
  app = await startClientApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const add = 'tools.calculator.add'

it.each([
  ['the name of the tool alone', ['calculator.add', 'a=2', 'b=3'], '', 5],
  ['numbers by the schema', [add, 'a=2', 'b:=3'], '', 5],
  ['an object of --args, and later words', [add, '--args', '{"a":1,"b":1}', 'b=4'], '', 5],
  ['an object on standard input', [add, '-'], '{"a":20,"b":3}', 23],
  ['text that looks like a number', ['tools.textProcessor.reverse', 'text=12'], '', '21'],
  ['a list as JSON', ['tools.textProcessor.join', 'items=["a","b"]', 'separator=-'], '', 'a-b'],
  ['a list from repeated names', ['tools.textProcessor.join', 'items=a', 'items=b'], '', 'a, b'],
  ['the target in the name', ['prompts.translate.listVersions'], '', { items: expect.any(Array) }],
  ['the target as an argument', ['prompts.get', 'prompt=translate'], '', expect.any(Object)],
])('call: %s', async (_name, words, input, expected) => {
  const { code, output, errors } = await app.run(['call', ...words], { input })
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  expect(JSON.parse(output)).toEqual(expected)
})

it('call: an object in a file', async () => {
  const file = join(app.state, 'arguments.json')
  writeFileSync(file, '{"a":2,"b":40}')
  expect(await app.run(['call', add, `@${file}`])).toMatchObject({ code: 0, output: '42' })
})

it.each([
  [['tool.calculator.ad', 'a=1'], ['Did you mean "tools.calculator.add"']],
  [['tools.calculator.ad'], ['Did you mean "tools.calculator.add"']],
  [['database.qeury'], ['"database.query"']],
  [['tools.diff'], ['tools.textProcessor.diff', 'tools.dataTransformer.diff']],
  [
    [add, 'a=1', 'bb=2'],
    ['no argument "bb". Did you mean "b"', 'b: number (required)'],
  ],
  [
    [add, 'a=1'],
    ['needs "b"', 'b: number (required)'],
  ],
  [
    [add, 'a=1', 'b=x'],
    ['"b" must be a number, not "x".', 'b: number (required)'],
  ],
  [
    [add, 'a=1', 'b:=x'],
    ['"b" is not valid JSON: x', 'b: number (required)'],
  ],
  [[add, 'a'], ['Invalid argument "a"']],
  [[add, '--args', '[1]'], ['--args does not contain a JSON object']],
  [[add, '@/missing.json'], ['Cannot read "/missing.json"']],
  [
    ['tools.textProcessor.hash', 'text=a', 'algorithm=sha255'],
    ['Did you mean "sha256"', 'algorithm: "'],
  ],
  [
    ['database.query', 'sql=select 1', 'maxRows=0'],
    ['maxRows', 'maxRows: integer'],
  ],
  [[], ['The name of the operation is missing']],
  [[add, '--timeout', 'x'], ['"--timeout" must be']],
  [[add, '--hub', '--url', 'http://localhost'], ['--hub cannot be combined with --url']],
  [[add, '--url', 'ftp://localhost'], ['is not an http or https URL']],
  [[add, '--url', 'http://ann:secret@localhost'], ['must not contain a user name']],
])('call refuses an invalid command line: %j', async (words, expected) => {
  const { code, output, errors } = await app.run(['call', ...words])
  expect({ code, output }).toEqual({ code: 2, output: '' })
  for (const text of expected) expect(errors).toContain(text)
})

it('prints the result of an operation that failed on standard error, with exit code 5', async () => {
  const ended = await app.run(['call', 'resources.read', 'resource=memory:///missing'])
  expect(ended).toMatchObject({ code: 5, output: '' })
  expect(ended.errors).toMatch(/^mcp call: .+\n$/)
})

it('has an exit code for a hub that cannot be reached, and for one that does not admit', async () => {
  const unreachable = await app.run(['call', add], {
    environment: { MCP_URL: 'http://127.0.0.1:9' },
  })
  expect(unreachable).toMatchObject({ code: 4, output: '' })
  expect(unreachable.errors).toContain('mcp start')

  const hub = createHub({ authenticate: () => undefined })
  await using stack = new AsyncDisposableStack()
  stack.defer(() => hub.close())
  const listening = await listen({ service: hub.services.client, port: 0 })
  stack.defer(() => listening.close({}))
  const refused = await app.run(['call', add, '--url', listening.url])
  expect(refused).toMatchObject({ code: 3, output: '' })
  expect(refused.errors).toContain('MCP_TOKEN')
})

it('ends with 124 after --timeout, and with 130 after an interrupt', async () => {
  let requests = 0
  const silent = createServer(() => void requests++)
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`
  try {
    const parameters = ['call', add, 'a=1', 'b=2', '--url', url]
    expect(await app.run([...parameters, '--timeout', '0.2'])).toMatchObject({ code: 124 })
    const before = requests
    const command = startCommand(parameters, { XDG_STATE_HOME: app.state })
    await vi.waitFor(() => expect(requests).toBeGreaterThan(before))
    command.process.kill('SIGINT')
    expect(await command.exited).toBe(130)
  } finally {
    silent.closeAllConnections()
    silent.close()
  }
})

it('keeps the catalogue and the secret in files of mode 0600', async () => {
  await app.run(['servers'])
  const folder = join(app.state, 'mcp')
  const files = readdirSync(folder)
  expect(files).toContain('secret')
  expect(files.filter((name) => name.startsWith('servers-'))).not.toEqual([])
  for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
})

it('reads the catalogue again if its file is damaged', async () => {
  await app.run(['servers'])
  const folder = join(app.state, 'mcp')
  const names = readdirSync(folder).filter((name) => name.startsWith('servers-'))
  const read = () => names.map((name) => readFileSync(join(folder, name), 'utf8'))
  const before = read()
  for (const name of names) truncateSync(join(folder, name), 1000)
  expect(await app.run(['call', add, 'a=2', 'b=3'])).toMatchObject({ code: 0, output: '5' })
  expect(read()).toEqual(before)
})

it('does not load fetch, which takes as long as the start of Node', async () => {
  const preload = new URL('../fixtures/report-fetch.js', import.meta.url).href
  const environment = { NODE_OPTIONS: `--import ${preload}` }
  const called = await app.run(['call', add, 'a=2', 'b=3'], { environment })
  expect(called).toMatchObject({ code: 0, output: '5' })
  expect(called.errors).toMatch(/^modules \d{3,}, fetch not loaded\n$/)
})

it('lists the servers and operations, and describes an operation', async () => {
  const servers = await app.run(['servers'])
  expect(JSON.parse(servers.output)).toContainEqual(
    expect.objectContaining({ name: 'tools', health: { state: 'healthy' } }),
  )
  const found = await app.run(['operations', 'roots', '--search', 'read file'])
  expect(JSON.parse(found.output)).toContainEqual(
    expect.objectContaining({ name: 'roots.readFile' }),
  )
  const described = await app.run(['describe', add])
  expect(JSON.parse(described.output)).toMatchObject({ server: 'tools', operation: 'add' })
  const unknown = await app.run(['operations', 'root'])
  expect(unknown).toMatchObject({ code: 2, errors: expect.stringContaining('"roots"') })
})
