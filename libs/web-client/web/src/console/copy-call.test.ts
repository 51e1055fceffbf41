import { execFileSync } from 'node:child_process'

import type { OperationDescription } from '@mcp/protocol'
import { describe, expect, it } from 'vitest'

import type { CopiedCall } from './copy-call.ts'
import { asCommand, asCurl, asTypeScript } from './copy-call.ts'

const operation: OperationDescription = {
  type: 'root-operation',
  targetKey: 'root',
  operation: 'writeFile',
  title: 'Write file',
  description: '',
  targetSchema: { type: 'string' },
  targetRequired: true,
  paramsSchema: {
    type: 'object',
    properties: {
      path: { type: 'string' },
      size: { type: 'integer' },
      mode: { enum: ['a', 'b'] },
      any: {},
      either: { anyOf: [{ type: 'number' }, { type: 'string' }] },
      list: { type: 'array', items: { type: 'string' } },
    },
  },
  resultSchema: {},
  hints: {
    readOnly: false,
    idempotent: false,
    destructive: false,
    openWorld: false,
    interactive: false,
  },
  audience: 'model',
  errors: [],
  examples: [],
}

const text = `it's "so" $HOME \`id\` \\ é\nnext`
const args = {
  root: 'workspace',
  path: text,
  size: 12,
  mode: 'a',
  any: '2',
  either: '2',
  list: ["it's"],
}

function copied(changes: Partial<CopiedCall> = {}): CopiedCall {
  const entry = { server: 'roots', name: 'roots.writeFile', path: 'writeFile', operation }
  return { entry, args, url: 'http://localhost:8080/', needsToken: false, ...changes }
}

/** Returns the words that a shell passes to a program. */
function shellWords(line: string): string[] {
  const [, words = ''] = /^\S+ (.*)$/s.exec(line) ?? []
  return execFileSync('sh', ['-c', `printf '%s\\0' ${words}`], {
    encoding: 'utf8',
    env: { MCP_TOKEN: 'secret' },
  })
    .split('\0')
    .slice(0, -1)
}

const request = {
  type: 'root-operation',
  payload: {
    root: 'workspace',
    operation: 'writeFile',
    params: { path: text, size: 12, mode: 'a', any: '2', either: '2', list: ["it's"] },
  },
}

describe('the copy for curl', () => {
  it('passes the request unchanged through a shell', () => {
    const words = shellWords(asCurl(copied()))
    expect(words.slice(0, -1)).toEqual([
      'http://localhost:8080/requests',
      '-H',
      'content-type: application/json',
      '--data-raw',
    ])
    expect(JSON.parse(words.at(-1) ?? '')).toEqual(request)
  })

  it('names the variable of the token', () => {
    const line = asCurl(copied({ needsToken: true }))
    expect(line).toContain('Bearer $MCP_TOKEN')
    expect(shellWords(line)).toContain('authorization: Bearer secret')
  })
})

describe('the copy for mcp', () => {
  it('writes text as text, and other values as JSON', () => {
    expect(shellWords(asCommand(copied()))).toEqual([
      'call',
      'roots.writeFile',
      'root=workspace',
      `path=${text}`,
      'size=12',
      'mode=a',
      'any:="2"',
      'either:="2"',
      `list:=["it's"]`,
    ])
  })

  it('names another service', () => {
    const line = asCommand(copied({ args: {}, url: 'https://hub.example/mcp/' }))
    expect(line).toBe('mcp call roots.writeFile --url https://hub.example/mcp/')
  })

  it('writes the target into the name if a param has its name', () => {
    const { paramsSchema } = operation
    const properties = { root: { type: 'string' } }
    const entry = {
      ...copied().entry,
      operation: { ...operation, paramsSchema: { ...paramsSchema, properties } },
    }
    const line = asCommand(copied({ entry, args: { root_target: 'workspace', root: 'x' } }))
    expect(line).toBe('mcp call roots.workspace.writeFile root=x')
  })
})

it('copies a call as TypeScript', () => {
  const code = asTypeScript(copied({ args: { root: "it's", size: 1 }, needsToken: true }))
  expect(code).toBe(`import { createRestClient } from '@mcp/client/rest'

const client = createRestClient({ url: 'http://localhost:8080/', headers: { authorization: \`Bearer \${process.env.MCP_TOKEN}\` } })
const { data } = await client.requests.send('root-operation', {
  "root": "it's",
  "operation": "writeFile",
  "params": {
    "size": 1
  }
})
console.log(data.result)
`)
})
