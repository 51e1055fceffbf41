import { createHub } from '@mcp/hub'
import type { ServerListing } from '@mcp/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'

import type { ValueRequest } from './complete-line.ts'
import { completeLine } from './complete-line.ts'

let servers: readonly ServerListing[] = []
const hub = createHub({ mcp: false })
beforeAll(async () => {
  servers = await hub.dispatcher.servers()
})
afterAll(() => hub.close())

const values: Readonly<Record<string, readonly string[]>> = {
  root: ['workspace', 'my notes'],
  path: ['notes/', 'readme.md'],
  table: ['people', 'places'],
  conversation: ['c-1'],
  model: ['offline/plan', 'openai/small'],
  resource: ['memory:///a', 'memory:///b'],
}

async function complete(text: string) {
  const requests: ValueRequest[] = []
  const { from, candidates } = await completeLine(text, {
    commands: ['call', 'conversations', 'describe', 'help', 'model', 'operations'],
    actions: async (command) => (command === 'conversations' ? ['list', 'show'] : []),
    servers: async () => servers,
    async values(request) {
      requests.push(request)
      return values[request.kind] ?? []
    },
  })
  return { texts: candidates.map((candidate) => text.slice(0, from) + candidate), requests }
}

it.each([
  ['/mo', ['/model ']],
  ['/', ['/call ', '/conversations ', '/describe ', '/help ', '/model ', '/operations ']],
  ['Summarize @no', ['Summarize @notes/']],
  ['/conversations sh', ['/conversations show ']],
  ['/conversations show c', ['/conversations show c-1 ']],
  ['/model op', ['/model openai/small ']],
  ['/help de', ['/help describe ']],
  ['/tools.calc', ['/tools.calculator.']],
  ['/call roots.readM', ['/call roots.readMany ']],
  ['/call tools.te', ['/call tools.textProcessor.']],
  ['/call roots.readFile ro', ['/call roots.readFile root=']],
  ['/operations ro', ['/operations roots ']],
  ['ro', ['roots.']],
  ['tools.calculator.ad', ['tools.calculator.add ']],
  ['tools.calculator.add ', ['tools.calculator.add a=', 'tools.calculator.add b=']],
  ['tools.calculator.add a=2 ', ['tools.calculator.add a=2 b=']],
  ['roots.move root=w', ['roots.move root=workspace ']],
  ['roots.move root=', ['roots.move root=workspace ', 'roots.move root="my notes" ']],
  ['roots.readFile path=no', ['roots.readFile path=notes/']],
  ['roots.readFile path="my n', []],
  ['roots.workspace.readFile r', ['roots.workspace.readFile range=']],
  ['roots.delete recursive=t', ['roots.delete recursive=true ']],
  ['database.begin access=read-o', ['database.begin access=read-only ']],
  ['database.sampleRows table=pe', ['database.sampleRows table=people ']],
  ['resources.read resource=memory:///b', ['resources.read resource=memory:///b ']],
  ['cat re', ['cat readme.md ']],
  ['select * from p', ['select * from people ', 'select * from places ']],
  ['select people from x where ', []],
  ['', []],
  ['hello wor', []],
] as const)('completes %j', async (text, expected) => {
  expect((await complete(text)).texts).toEqual(expected)
})

it('rejects for an unknown operation', async () => {
  await expect(complete('tools.calculator.nothing ')).rejects.toThrow('Unknown operation')
})

it('lists required arguments first, and no argument twice', async () => {
  const { texts } = await complete('roots.move ')
  const names = texts.map((text) => text.split(' ').at(-1))
  expect(names.slice(0, 3)).toEqual(['root=', 'path=', 'to='])
})

it('requests values with the other arguments', async () => {
  const { requests } = await complete('roots.readFile root="my notes" path="a b')
  const others = { root: 'my notes' }
  expect(requests).toEqual([{ kind: 'path', server: 'roots', typed: 'a b', others }])
  const named = await complete('roots.workspace.readFile path=a')
  expect(named.requests).toMatchObject([{ typed: 'a', others: { root: 'workspace' } }])
})
