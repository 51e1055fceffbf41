import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { startBreakableProxy } from '../fixtures/breakable-proxy.ts'
import type { ClientApp } from '../fixtures/client-app.ts'
import { startClientApp } from '../fixtures/client-app.ts'
import { startCommand } from '../fixtures/start-command.ts'

let app: ClientApp
beforeAll(async () => {
  app = await startClientApp()
})
afterAll(() => app[Symbol.asyncDispose]())

async function ask(prompt: string): Promise<{ conversationId: string; runId: string }> {
  return JSON.parse((await app.run(['ask', prompt, '--json'])).output)
}

it('conversations: lists, shows, exports and deletes', async () => {
  const { conversationId: id } = await ask('What is 12 * 12?')
  const { conversationId: other } = await ask('What is 3 * 5?')
  const listed = await app.run(['conversations'])
  expect(JSON.parse(listed.output)).toMatchObject([
    { id: other },
    { id, title: 'What is 12 * 12?' },
  ])
  const limited = await app.run(['conversations', 'list', '--limit', '1'])
  expect(JSON.parse(limited.output)).toMatchObject([{ id: other }])
  const found = await app.run(['conversations', '--search', '12 *'])
  expect(JSON.parse(found.output)).toMatchObject([{ id }])

  const shown = await app.run(['conversations', 'show', id])
  expect(JSON.parse(shown.output)).toMatchObject({ id, messages: expect.any(Array) })
  const exported = await app.run(['conversations', 'export', id])
  expect(JSON.parse(exported.output)).toMatchObject({ format: 'mcp-conversation', version: 1 })
  const markdown = await app.run(['conversations', 'export', id, '--format', 'markdown'])
  expect(markdown.output).toMatch(/^# What is 12/)

  const removed = await app.run(['conversations', 'delete', id, other])
  expect(removed).toMatchObject({
    code: 0,
    output: '',
    errors: `Deleted ${id}.\nDeleted ${other}.\n`,
  })
  expect(JSON.parse((await app.run(['conversations'])).output)).toEqual([])
})

it('models and sessions: print what the hub has, without keys', async () => {
  const { code, output } = await app.run(['models'])
  expect(code).toBe(0)
  expect(JSON.parse(output)).toMatchObject({ providers: expect.any(Array) })
  await app.run(['call', 'tools.calculator.add', 'a=1', 'b=2'])
  const shown = await app.run(['sessions', 'show'])
  expect(JSON.parse(shown.output)).toMatchObject({ status: 'active', handle: expect.any(String) })
  expect(shown.output).not.toContain('sessionId')
})

it('grants: lists what is allowed always, and reports a decision that does not exist', async () => {
  expect(await app.run(['grants'])).toMatchObject({ code: 0, output: '[]' })
  const { code, errors } = await app.run(['grants', 'remove', 'roots.writeFile'])
  expect(code).not.toBe(0)
  expect(errors).toContain('No grant "roots.writeFile".')
})

it('sessions: lists and closes those of the user', async () => {
  const command = startCommand(['lines'], { MCP_URL: app.url, XDG_STATE_HOME: app.state })
  const list = async (): Promise<{ handle: string }[]> =>
    JSON.parse((await app.run(['sessions'])).output)
  await vi.waitFor(async () => expect(await list()).toHaveLength(1), { timeout: 20_000 })
  const [session] = await list()
  const closed = await app.run(['sessions', 'close', session?.handle ?? ''])
  expect(closed).toMatchObject({ code: 0, output: '', errors: `Closed ${session?.handle}.\n` })
  expect(await list()).toEqual([])
  command.process.stdin?.end()
  await command.exited
})

it('activity: lists entries, and shows one with its content', async () => {
  await app.run(['call', 'tools.calculator.add', 'a=1', 'b=41'])
  const { output } = await app.run(['activity', '--limit', '20'])
  const entries: { seq: number; kind: string; operation: string }[] = JSON.parse(output)
  const response = entries.find(({ kind }) => kind === 'response')
  expect(response).toMatchObject({ status: 'success', from: expect.any(String) })
  const shown = await app.run(['activity', 'show', String(response?.seq)])
  expect(JSON.parse(shown.output)).toMatchObject({ seq: response?.seq })
})

it('saved: saves, lists, runs with other arguments, and deletes', async () => {
  const save = ['saved', 'save', 'sum', 'tools.calculator.add', 'a=2', 'b=3']
  expect(await app.run(save)).toEqual({ code: 0, output: '', errors: 'Saved sum.\n' })
  const listed = await app.run(['saved'])
  expect(JSON.parse(listed.output)).toMatchObject([{ name: 'sum', type: 'tool-execution' }])
  expect(await app.run(['saved', 'run', 'sum'])).toEqual({ code: 0, output: '5', errors: '' })
  expect(await app.run(['saved', 'run', 'sum', 'b=40'])).toMatchObject({ code: 0, output: '42' })
  expect(await app.run(['saved', 'run', 'sum', 'b=x'])).toMatchObject({ code: 2, output: '' })
  expect(await app.run(['saved', 'delete', 'sum'])).toMatchObject({ errors: 'Deleted sum.\n' })
  const missing = await app.run(['saved', 'run', 'sum'])
  expect(missing).toMatchObject({ code: 1, errors: expect.stringContaining('"sum"') })
})

it('saved: keeps the target of a call', async () => {
  const save = ['saved', 'save', 'versions', 'prompts.translate.listVersions']
  expect(await app.run(save)).toMatchObject({ code: 0 })
  const { code, output } = await app.run(['saved', 'run', 'versions'])
  expect({ code, value: JSON.parse(output) }).toMatchObject({
    code: 0,
    value: { items: expect.any(Array) },
  })
})

it.each([
  [['conversations', 'lst'], 'Unknown action "lst". Did you mean "list"?'],
  [['conversations', 'show'], 'Use: mcp conversations show <id>'],
  [['conversations', 'show', 'a', 'b'], 'Unexpected argument "b"'],
  [['conversations', '--limit', '0'], '"--limit" must be'],
  [['conversations', 'export', 'c-1', '--format', 'pdf'], '"--format" must be'],
  [['activity', 'show', 'x'], '"x" is not the number'],
])('refuses an invalid command line: %j', async (words, problem) => {
  const { code, output, errors } = await app.run(words)
  expect({ code, output }).toEqual({ code: 2, output: '' })
  expect(errors).toContain(problem)
})

it('reports a conversation that does not exist', async () => {
  const ended = await app.run(['conversations', 'show', 'c-missing'])
  expect(ended).toMatchObject({ code: 1, output: '' })
  expect(ended.errors).toMatch(/^mcp conversations: .*c-missing/)
})

it.each(['events', 'activity'])(
  '%s --follow: prints each entry once when the connection breaks',
  async (name) => {
    // A state folder of its own, and so a session of its own.
    const state = mkdtempSync(join(tmpdir(), 'mcp-state-'))
    await using proxy = await startBreakableProxy(app.url)
    const environment = { MCP_URL: proxy.url, XDG_STATE_HOME: state }
    const call = (operation: string, ...words: string[]) =>
      app.run(['call', `resources.${operation}`, 'resource=memory:///broken', ...words], {
        environment,
      })
    await call('create', 'content=0')
    await call('subscribe')
    const command = startCommand([name, '--follow'], environment)
    await vi.waitFor(() => expect(command.errors()).toContain('Connected'))
    const count = 4
    for (let number = 1; number <= count; number++) {
      proxy.breakConnections()
      await call('update', `content=${number}`)
    }
    const updates = () =>
      command.lines.filter((line) => {
        const { type, kind, operation } = JSON.parse(line)
        return type === 'resource-updated' || (kind === 'request' && operation === 'update')
      })
    await vi.waitFor(() => expect(updates()).toHaveLength(count), { timeout: 30_000 })
    expect(new Set(updates()).size).toBe(count)
    expect(command.errors()).toContain('The connection was lost. Connecting again.')
    command.process.kill('SIGINT')
    expect(await command.exited).toBe(130)
    await app.run(['call', 'resources.delete', 'resource=memory:///broken'], { environment })
    rmSync(state, { recursive: true })
  },
  60_000,
)
