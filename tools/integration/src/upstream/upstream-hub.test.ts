import { expect, it } from 'vitest'

import { createAskingServer } from './asking-server.ts'
import type { Era } from './upstream-hub.ts'
import { entryOf, inProcess, startUpstreamHub } from './upstream-hub.ts'

const combinations: readonly (readonly [Era, Era])[] = [
  ['legacy', 'legacy'],
  ['legacy', 'modern'],
  ['modern', 'legacy'],
  ['modern', 'modern'],
]

function startHub(upstreamEra: Era, ...names: readonly string[]) {
  const createTransport = inProcess(createAskingServer, upstreamEra)
  return startUpstreamHub(names.map((name) => ({ entry: entryOf(name), createTransport })))
}

it.each(combinations)(
  'relays tools, resources and prompts of a %s client to a %s server',
  async (clientEra, upstreamEra) => {
    await using hub = await startHub(upstreamEra, 'asking')
    const client = await hub.connect(clientEra)

    const { tools } = await client.listTools()
    const names = tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['asking_echo', 'calculator_evaluate']))
    expect(await client.callTool({ name: 'asking_echo', arguments: { text: 'hi' } })).toMatchObject(
      { content: [{ type: 'text', text: 'hi' }] },
    )
    expect(
      await client.callTool({ name: 'calculator_add', arguments: { a: 1, b: 2 } }),
    ).toMatchObject({ content: [{ text: '3' }] })

    const uri = 'asking+file:///a.txt'
    const { resources } = await client.listResources()
    expect(resources).toContainEqual(expect.objectContaining({ uri, name: 'a' }))
    expect(await client.readResource({ uri })).toMatchObject({
      contents: [{ uri, text: 'content of a', _meta: { 'example.org/z': 3 } }],
    })
    await expect(client.readResource({ uri: 'asking+file:///none' })).rejects.toThrow('none')

    const { prompts } = await client.listPrompts()
    expect(prompts).toContainEqual(
      expect.objectContaining({ name: 'asking_greet', title: 'Greet' }),
    )
    expect(
      await client.getPrompt({ name: 'asking_greet', arguments: { name: 'Ann' } }),
    ).toMatchObject({ messages: [{ content: { text: 'Hello Ann' } }] })
  },
)

const interactive = {
  capabilities: { elicitation: { form: {} }, sampling: {}, roots: {} },
}

it.each(combinations)(
  'relays the questions of a %s client to a %s server',
  async (clientEra, upstreamEra) => {
    await using hub = await startHub(upstreamEra, 'asking')
    const client = await hub.connect(clientEra, interactive, (created) => {
      created.setRequestHandler('elicitation/create', () => ({
        action: 'accept',
        content: { name: 'Ann' },
      }))
      created.setRequestHandler('sampling/createMessage', () => ({
        role: 'assistant',
        content: { type: 'text', text: 'sampled' },
        model: 'test',
      }))
      created.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home/ann' }] }))
    })
    const textOf = async (name: string) => {
      const { content } = await client.callTool({ name, arguments: {} })
      return JSON.stringify(content)
    }
    expect(await textOf('asking_name')).toContain('Hello Ann')
    expect(await textOf('asking_sample')).toContain('sampled')
    expect(await textOf('asking_roots')).toContain('file:///home/ann')
  },
)

it.each(combinations)(
  'reports to a %s server that a client cannot be asked',
  async (clientEra, upstreamEra) => {
    await using hub = await startHub(upstreamEra, 'asking')
    const client = await hub.connect(clientEra)
    const call = client.callTool({ name: 'asking_name', arguments: {} })
    const text = await call.then(JSON.stringify, String)
    expect(text).toMatch(/elicitation/i)
    expect(text).not.toContain('Hello')
  },
)

it('never sends a question of a shared server to the wrong client', async () => {
  await using hub = await startHub('legacy', 'asking')
  const people = ['Ann', 'Bob']
  const clients = await Promise.all(
    people.map((name) =>
      hub.connect('legacy', interactive, (created) => {
        created.setRequestHandler('elicitation/create', () => ({
          action: 'accept',
          content: { name },
        }))
      }),
    ),
  )
  const callAll = async () => {
    const calls = clients.map((client) => client.callTool({ name: 'asking_name', arguments: {} }))
    return (await Promise.all(calls)).map(({ content }) => JSON.stringify(content))
  }
  // A question of the first round may be refused, because the server was not known to ask.
  const [first, second] = await callAll()
  expect(first).not.toContain('Bob')
  expect(second).not.toContain('Ann')
  for (let round = 0; round < 500; round++) {
    expect(await callAll()).toEqual(people.map((name) => expect.stringContaining(`Hello ${name}`)))
  }
}, 60_000)

it('keeps our names if servers are named like ours', async () => {
  const createTransport = inProcess(createAskingServer, 'legacy')
  await expect(
    startUpstreamHub([{ entry: entryOf('calculator'), createTransport }]),
  ).rejects.toMatchObject({ code: 'conflict' })
  await expect(
    startUpstreamHub([{ entry: entryOf('tools'), createTransport }]),
  ).rejects.toMatchObject({ code: 'conflict' })
})
