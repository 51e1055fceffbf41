import { isRecord } from '@mcp/protocol/light'

import type { CatalogueEntry } from './catalogue.ts'
import type { Arguments } from './operation-call.ts'
import { argumentsSchema, requestOf, splitArguments, targetArgument } from './operation-call.ts'

/** A call, and the service to which it is sent. */
export interface CopiedCall {
  readonly entry: CatalogueEntry
  readonly args: Arguments
  /** Address of the service, with a trailing slash. */
  readonly url: string
  /** Whether the service requires a token. The copy names the variable `MCP_TOKEN`, not the token. */
  readonly needsToken: boolean
}

/** Returns the call as a command line of `curl`, for a POSIX shell. */
export function asCurl({ entry, args, url, needsToken }: CopiedCall): string {
  const body = JSON.stringify(requestOf(entry.operation, args))
  return [
    `curl ${quote(`${url}requests`)}`,
    ...(needsToken ? ['-H "authorization: Bearer $MCP_TOKEN"'] : []),
    `-H ${quote('content-type: application/json')}`,
    `--data-raw ${quote(body)}`,
  ].join(' \\\n  ')
}

/** Returns the call as a TypeScript module that uses `@mcp/client`. */
export function asTypeScript({ entry, args, url, needsToken }: CopiedCall): string {
  const { type, payload } = requestOf(entry.operation, args)
  const options = [
    `url: ${literal(url)}`,
    ...(needsToken ? ['headers: { authorization: `Bearer ${process.env.MCP_TOKEN}` }'] : []),
  ]
  return `import { createRestClient } from '@mcp/client/rest'

const client = createRestClient({ ${options.join(', ')} })
const { data } = await client.requests.send(${literal(type)}, ${JSON.stringify(payload, null, 2)})
console.log(data.result)
`
}

/** Returns the call as a command line of `mcp`, for a POSIX shell. */
export function asCommand({ entry, args, url }: CopiedCall): string {
  const { operation, server, name } = entry
  const { target, params } = splitArguments(operation, args)
  const argument = targetArgument(operation)
  // If a param has the name of the target, only the name of the operation can contain the target.
  const isNamed = argument !== undefined && argument !== operation.targetKey
  const called =
    isNamed && typeof target === 'string' ? `${server}.${target}.${operation.operation}` : name
  const { properties } = argumentsSchema(operation)
  const schemas = isRecord(properties) ? properties : {}
  const words = Object.entries(isNamed ? params : args).map(([key, value]) =>
    quote(wordOf(key, value, schemas[key])),
  )
  const options = isDefaultUrl(url) ? [] : ['--url', quote(url)]
  return ['mcp call', quote(called), ...words, ...options].join(' ')
}

function wordOf(name: string, value: unknown, schema: unknown): string {
  const { type, enum: choices } = isRecord(schema) ? schema : {}
  const isText = type === 'string' || (Array.isArray(choices) && choices.includes(value))
  if (typeof value === 'string' && isText) return `${name}=${value}`
  const isNumber = typeof value === 'number' && (type === 'number' || type === 'integer')
  return isNumber ? `${name}=${value}` : `${name}:=${JSON.stringify(value)}`
}

/** Whether the command `mcp` uses this service without `--url`. */
function isDefaultUrl(url: string): boolean {
  return /^http:\/\/(?:127\.0\.0\.1|localhost):8080\/$/.test(url)
}

/** Quotes a word for a POSIX shell, if it needs quotes. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

const literal = (text: string) =>
  `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll("'", String.raw`\'`)
    .replaceAll(String.raw`\"`, '"')}'`
