import { McpError } from '@mcp/protocol'
import { expect, it } from 'vitest'

import type { Variables } from './expand-variables.ts'
import { parseConfig } from './parse-config.ts'

const file = '/home/ann/mcp.json'

function parse(content: unknown, variables: Variables = {}) {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return parseConfig(text, { file, variables })
}

const one = (entry: unknown) => ({ mcpServers: { github: entry } })

function problemOf(content: unknown, variables?: Variables): string {
  try {
    parse(content, variables)
  } catch (thrown) {
    return McpError.from(thrown).message.replace(`Invalid MCP configuration file ${file}. `, '')
  }
  return 'no problem'
}

it('reads processes and addresses from "mcpServers" and from "servers"', () => {
  const servers = {
    files: { command: 'npx', args: ['-y', 'files'], env: { DEBUG: 1 }, cwd: '/srv' },
    remote: { url: 'https://example.com/mcp', headers: { authorization: 'Bearer ${TOKEN}' } },
    old: { url: 'https://example.com/sse' },
    typed: { type: 'sse', url: 'https://example.com/events' },
    spelt: { type: 'streamable-http', url: 'https://example.com/mcp', hub: { prefix: false } },
    off: { command: 'npx', disabled: true, env: { KEY: '${NOT_SET}' } },
  }
  const { entries, disabled } = parse({ mcpServers: servers }, { TOKEN: 'abc' })
  expect(entries).toMatchObject([
    { name: 'files', transport: 'stdio', args: ['-y', 'files'], env: { DEBUG: '1' }, cwd: '/srv' },
    { name: 'remote', transport: 'http', headers: { authorization: 'Bearer abc' } },
    { name: 'old', transport: 'sse' },
    { name: 'typed', transport: 'sse' },
    { name: 'spelt', transport: 'http', hub: { prefix: false } },
  ])
  expect(disabled).toEqual(['off'])
  expect(parse({ servers, inputs: [] }, { TOKEN: 'abc' }).entries).toEqual(entries)
})

it('reads comments and trailing commas', () => {
  const text = `\uFEFF{
    // "x": 1,
    "mcpServers": { /* one */ "a": { "command": "a // b", "args": ["/*", "*/", ",]",], }, },
  }`
  expect(parse(text).entries).toMatchObject([{ command: 'a // b', args: ['/*', '*/', ',]'] }])
})

it('replaces variables, and their defaults', () => {
  const args = ['${A}', '${env:A}-${B:-b}', '${EMPTY:-c}', '${C:-}', '$A', '${env:D:-d}']
  const { entries } = parse(one({ command: 'x', args }), { A: 'a', EMPTY: '' })
  expect(entries).toMatchObject([{ args: ['a', 'a-b', 'c', '', '$A', 'd'] }])
})

it.each([
  [{}, 'It has neither "mcpServers" nor "servers".'],
  [{ mcpServer: {} }, 'It has neither "mcpServers" nor "servers". Rename "mcpServer".'],
  [{ mcpServers: {}, servers: {} }, 'It has both "mcpServers" and "servers". Move all entries'],
  [{ mcpServers: [] }, '"mcpServers" must be an object with one key per server.'],
  [[], 'It must contain an object with "mcpServers".'],
  ['{\n"mcpServers": {\n"a": oops } }', 'It is not valid JSON'],
  [one('npx'), 'mcpServers.github: must be an object with "command" or "url".'],
  [one({}), 'mcpServers.github: has neither "command" nor "url".'],
  [one({ httpUrl: 'x' }), 'mcpServers.github: has neither "command" nor "url". Rename "httpUrl".'],
  [one({ command: 'x', url: 'y' }), 'mcpServers.github: has both "command" and "url".'],
  [one({ command: ' ' }), 'mcpServers.github.command: must be a text that is not empty.'],
  [one({ command: 'x', args: 'y' }), 'mcpServers.github.args: must be a list of texts'],
  [one({ command: 'x', args: [1] }), 'mcpServers.github.args.0: must be a text.'],
  [one({ command: 'x', env: { A: {} } }), 'mcpServers.github.env.A: must be a text.'],
  [one({ url: 'ftp://x' }), 'mcpServers.github.url: must be an http or https URL.'],
  [one({ url: 'http://x', type: 'ws' }), 'mcpServers.github.type: must be "stdio", "http" or'],
  [one({ command: 'x', type: 'http' }), 'github.type: must be "stdio" for an entry with "command"'],
  [one({ command: 'x', disabled: 'no' }), 'mcpServers.github.disabled: must be true or false.'],
  [
    one({ command: 'x', hub: { prefx: true } }),
    'mcpServers.github.hub.prefx: unknown key. Did you mean "prefix"?',
  ],
  [one({ command: 'x', hub: { era: 'old' } }), 'mcpServers.github.hub.era: invalid option'],
  [
    one({ command: 'x', env: { KEY: '${KEY}' } }),
    'mcpServers.github.env.KEY: the variable KEY is not set. Set it, or write ${KEY:-default}.',
  ],
  [one({ command: '${input:key}' }), '"${input:…}" is not a variable of the environment.'],
  [one({ command: '${-}' }), '"${…}" is not a variable of the environment.'],
  [{ mcpServers: { 'a b': { command: 'x' }, 'a-b': { command: 'x' } } }, 'the same name as "a b"'],
  [{ mcpServers: { '#': { command: 'x' } } }, 'mcpServers.#: invalid name.'],
])('reports the file, the entry and the key of %j', (content, message) => {
  expect(problemOf(content)).toContain(message)
})

it('reports all problems at once, and no value', () => {
  const secret = 'value-of-a-secret'
  const entry = {
    command: 1,
    args: [secret, 2],
    env: { KEY: `${secret}\${MISSING}` },
    hub: [secret],
  }
  const message = problemOf(one(entry))
  for (const key of ['command', 'args.1', 'env.KEY', 'hub']) {
    expect(message).toContain(`mcpServers.github.${key}: `)
  }
  expect(message).not.toContain(secret)
  expect(problemOf(`{"mcpServers": {"a": ${secret}`)).not.toContain(secret)
})

it('warns of a key that is likely misspelt, and leaves those of other programs alone', () => {
  const entry = { command: 'x', arg: ['y'], timeout: 60, autoApprove: [], description: 'x' }
  expect(parse(one(entry)).warnings).toEqual([
    `${file}: mcpServers.github.arg: unknown key, which has no effect. Did you mean "args"?`,
  ])
})

it('changes a name with other characters, and reports it', () => {
  const { entries, warnings } = parse({ mcpServers: { 'io.github/My Server': { command: 'x' } } })
  expect(entries).toMatchObject([{ name: 'io-github-My-Server' }])
  expect(warnings).toEqual([
    `${file}: mcpServers.io.github/My Server is named "io-github-My-Server" here`,
  ])
})
