import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import { isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { BuiltinEngineName } from './engines/builtin-engines.ts'
import type { ExhaustingRequest } from './fixtures/exhausting-requests.ts'
import { exhaustingRequests } from './fixtures/exhausting-requests.ts'
import { cacheFolder } from './fixtures/cached-folder.ts'
import type { Shop } from './fixtures/shops.ts'
import { makeShop } from './fixtures/shops.ts'
import { mariadbMissing } from './fixtures/start-mariadb.ts'
import { postgresMissing } from './fixtures/start-postgres.ts'
import { startProgram } from './fixtures/start-program.ts'

// `npm run test:exhaustion` runs the full list. It needs a machine without other load.
const isFull = process.env['EXHAUSTION'] === 'full'

const engines: readonly { readonly engine: BuiltinEngineName; readonly missing: boolean }[] = [
  { engine: 'postgres', missing: postgresMissing },
  { engine: 'pglite', missing: false },
  { engine: 'mysql', missing: mariadbMissing },
  { engine: 'sqlite', missing: false },
]

const mebibyte = 1024 * 1024
// PGlite runs in a thread of the server's process. The thread can use 256 MiB, and a thread that replaces it
// compiles PGlite again.
const maxGrowth = { postgres: 256, pglite: 512, mysql: 256, sqlite: 256 }
const maxResponseLength = 3 * mebibyte
const maxSlowMs = isFull ? 500 : 2000
const warmUpQueries = 100
const table = 'CREATE TABLE filled (id INTEGER PRIMARY KEY, body TEXT)'

/** Returns the resident memory of a process, in MiB. */
async function residentMemory(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8')
  return (Number(statm.split(' ')[1]) * 4096) / mebibyte
}

/** Returns the resident memory once it has not changed for half a second. */
async function settledMemory(pid: number): Promise<number> {
  const first = await residentMemory(pid)
  await sleep(500)
  const second = await residentMemory(pid)
  return Math.abs(second - first) < 3 ? second : settledMemory(pid)
}

/** Samples memory and responsiveness until the work is done. */
async function watch<Result>(port: string, pid: number, work: Promise<Result>) {
  const finished = work.then(() => true)
  const seen = { peak: 0, slowest: 0 }
  do {
    const startedAt = performance.now()
    await (await fetch(`http://127.0.0.1:${port}/health`)).text()
    seen.slowest = Math.max(seen.slowest, performance.now() - startedAt)
    seen.peak = Math.max(seen.peak, await residentMemory(pid))
  } while (!(await Promise.race([finished, sleep(10, false)])))
  return { result: await work, ...seen }
}

/** Whether a response is the expected one: an error with one of the codes, or part of a result. */
function isExpected(response: unknown, expected: ExhaustingRequest['expected']): boolean {
  const { error, data } = isRecord(response) ? response : {}
  const result = isRecord(data) && isRecord(data['result']) ? data['result'] : undefined
  const code = isRecord(error) ? error['code'] : 'success'
  if (Array.isArray(expected)) return expected.includes(code)
  return Object.entries(expected).every(([name, value]) => result?.[name] === value)
}

// Requires a system that shows the memory of processes.
describe.runIf(process.platform === 'linux').each(engines)(
  'a server of $engine',
  ({ engine, missing }) => {
    const requests = exhaustingRequests.filter(
      ({ on, isShort }) => on === engine && (isFull || isShort),
    )
    let shop: Shop
    let child: ChildProcess
    let ended: Promise<void>
    let port = ''
    let before = 0

    const pid = () => child.pid ?? 0

    async function send(operation: string, params: object): Promise<unknown> {
      const body = JSON.stringify({ operation, params })
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
      return response.json()
    }

    beforeAll(async () => {
      if (missing) return
      shop = await makeShop[engine]({ postgresql: [table], mysql: [table], sqlite: [table] })
      const config = JSON.stringify({ ...shop.config, mode: 'data' })
      const program = startProgram('exhausted-program', config, cacheFolder)
      ;({ child, ended } = program)
      for await (const line of program.lines) {
        port = line
        break
      }
      // V8 compiles the parsers a second time while they are in use, which takes hundreds of MiB once.
      const queries = ['postgres', 'pglite'].includes(engine) ? warmUpQueries : 1
      for (let count = 0; count < queries; count += 1) {
        await send('query', { sql: `SELECT ${count}` })
      }
      before = await settledMemory(pid())
    }, 180_000)
    afterAll(async () => {
      if (missing) return
      child.kill('SIGKILL')
      await ended
      await shop.close()
    }, 60_000)

    it.skipIf(missing).each(requests)(
      'survives $title',
      async ({ title, operation, params, expected }) => {
        const { result, peak, slowest } = await watch(port, pid(), send(operation, params))
        const growth = Math.round(peak - before)
        const text = JSON.stringify(result)
        if (isFull) {
          const code = /"code":"([a-z-]+)"/.exec(text)?.[1] ?? 'success'
          const figures = `+${growth} MiB | ${Math.round(slowest)} ms`
          process.stdout.write(`${engine} | ${title} | ${figures} | ${code}\n`)
        }
        expect(result).toSatisfy((response) => isExpected(response, expected))
        expect(text.length).toBeLessThan(maxResponseLength)
        expect(growth).toBeLessThanOrEqual(maxGrowth[engine])
        expect(slowest).toBeLessThan(maxSlowMs)
      },
      180_000,
    )

    it.skipIf(missing)('then serves the next query', async () => {
      expect(await send('query', { sql: 'SELECT 1 AS one' })).toMatchObject({ status: 'success' })
      expect(child.exitCode).toBe(null)
    })
  },
)
