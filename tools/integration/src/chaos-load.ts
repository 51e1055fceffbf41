import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

import type { builtinServers } from '@mcp/contracts'
import * as z from 'zod'

import { postJson } from './http.ts'

export interface ChaosLoadOptions {
  /** The URL of a session. */
  readonly session: string
  readonly clientUrl: string
  /** Path of the file `log.txt` in the folder of the root "chaos". */
  readonly logFile: string
}

/** A load of requests. A failed request is repeated with the same id while its error is retryable. */
export interface ChaosLoad {
  /** Ends the load, and compares the effects of the requests with the responses. */
  stop(): Promise<ChaosResult>
}

export interface ChaosResult {
  readonly requests: number
  /** Number of successful requests with an effect. */
  readonly acknowledged: number
  /** Number of failed attempts by their code. */
  readonly failures: ReadonlyMap<string, number>
  /** Ids of acknowledged requests without an effect. */
  readonly lost: readonly string[]
  /** Ids of requests with more than one effect. */
  readonly doubled: readonly string[]
}

const workers = 4
const pauseMs = 20
const repeatAfterMs = 100

export async function startChaosLoad(options: ChaosLoadOptions): Promise<ChaosLoad> {
  const { session, clientUrl, logFile } = options
  const requestsUrl = `${session}/requests`
  const acknowledged = { row: new Set<string>(), line: new Set<string>() }
  const failures = new Map<string, number>()
  let requests = 0
  const stopping = new AbortController()

  function database(operation: string, sql: string) {
    return { type: 'database-operation', payload: { operation, params: { sql } } }
  }

  /** Repeats a request until it succeeds or must not be repeated. Returns whether it succeeded. */
  async function complete(url: string, request: object): Promise<boolean> {
    requests++
    for (;;) {
      const failure = await attempt(url, request)
      if (failure === undefined) return true
      failures.set(failure.code, (failures.get(failure.code) ?? 0) + 1)
      if (!failure.retryable) return false
      await delay(repeatAfterMs)
    }
  }

  async function insert(id: string): Promise<void> {
    const request = { id, ...database('execute', `insert into effects values ('${id}')`) }
    if (await complete(requestsUrl, request)) acknowledged.row.add(id)
  }

  async function append(id: string): Promise<void> {
    const params = { path: 'log.txt', content: `${id}\n` }
    const payload = { operation: 'appendFile', root: 'chaos', params }
    if (await complete(requestsUrl, { id, type: 'root-operation', payload })) {
      acknowledged.line.add(id)
    }
  }

  const reads = Object.values(readRequests)
  async function runWorker(worker: number): Promise<void> {
    for (let round = 0; !stopping.signal.aborted; round++) {
      const id = `${worker}-${round}`
      const read = reads[round % reads.length]
      await insert(`row-${id}`)
      await append(`line-${id}`)
      await complete(requestsUrl, { id: `read-${id}`, ...read })
      await complete(`${clientUrl}/requests`, readRequests.tools)
      await delay(pauseMs)
    }
  }

  async function queryIds(sql: string): Promise<string[]> {
    const { body } = await postJson(requestsUrl, database('query', sql))
    return rowsSchema.parse(body).data.result.rows.map(({ id }) => id)
  }

  /** Returns the ids that are in the table. Queries 100 ids at a time, because results are limited. */
  async function storedIds(ids: readonly string[]): Promise<Set<string>> {
    const stored = new Set<string>()
    for (let at = 0; at < ids.length; at += 100) {
      const list = ids.slice(at, at + 100).map((id) => `'${id}'`)
      const sql = `select distinct id from effects where id in (${list.join()})`
      for (const id of await queryIds(sql)) stored.add(id)
    }
    return stored
  }

  const created = await complete(requestsUrl, database('execute', 'create table effects (id text)'))
  if (!created) throw new Error('the table could not be created')
  const running = Array.from({ length: workers }, (_, worker) => runWorker(worker))

  return {
    async stop() {
      stopping.abort()
      await Promise.all(running)
      const rows = await storedIds([...acknowledged.row])
      const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1)
      const seen = new Set<string>()
      const doubledLines = lines.filter((line) => seen.size === seen.add(line).size)
      return {
        requests,
        acknowledged: acknowledged.row.size + acknowledged.line.size,
        failures,
        lost: [
          ...[...acknowledged.row].filter((id) => !rows.has(id)),
          ...[...acknowledged.line].filter((id) => !seen.has(id)),
        ],
        doubled: [
          ...doubledLines,
          ...(await queryIds('select id from effects group by id having count(*) > 1')),
        ],
      }
    },
  }
}

/** One request for each server. The requests change nothing. */
export const readRequests = {
  resources: { type: 'resource-access', payload: { operation: 'list', params: {} } },
  sampling: { type: 'sampling-operation', payload: { operation: 'listModels', params: {} } },
  tools: {
    type: 'tool-execution',
    payload: { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } },
  },
  database: {
    type: 'database-operation',
    payload: { operation: 'query', params: { sql: 'select 1' } },
  },
  internet: { type: 'internet-access', payload: { operation: 'cacheStats', params: {} } },
  roots: { type: 'root-operation', payload: { operation: 'listRoots', params: {} } },
  prompts: { type: 'prompt-template', payload: { operation: 'list', params: {} } },
} as const satisfies Record<keyof typeof builtinServers, object>

interface Failure {
  readonly code: string
  readonly retryable: boolean
}

/** Sends a request once. Returns the failure, or undefined if the request succeeds. */
export async function attempt(url: string, request: object): Promise<Failure | undefined> {
  try {
    const { body } = await postJson(url, request)
    const { error } = responseSchema.parse(body)
    if (error === undefined) return undefined
    const reason = error.details?.reason
    const code = reason === undefined ? error.code : `${error.code}: ${reason}`
    return { code, retryable: error.retryable }
  } catch (thrown) {
    // `fetch` reports a broken or refused connection as a TypeError.
    if (thrown instanceof TypeError) return { code: 'connection', retryable: true }
    return { code: `malformed: ${String(thrown)}`, retryable: false }
  }
}

const responseSchema = z.object({
  error: z
    .object({
      code: z.string(),
      retryable: z.boolean(),
      details: z.object({ reason: z.string().optional() }).optional(),
    })
    .optional(),
})

const rowsSchema = z.object({
  data: z.object({ result: z.object({ rows: z.array(z.object({ id: z.string() })) }) }),
})
