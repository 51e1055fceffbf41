import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'

import { bearerAuthentication } from '@mcp/http'
import { createHub } from '@mcp/hub'
import type { Hub } from '@mcp/hub'
import { listen } from '@mcp/node'
import type { Listening } from '@mcp/node'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { runProgram } from './run-program.ts'

const bin = resolve(import.meta.dirname, '../node_modules/.bin')
const tsc = resolve(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')
const token = 'token-of-ann-with-16-characters'

let hub: Hub
let sessionManager: Listening
let folder: string
beforeAll(async () => {
  hub = createHub()
  sessionManager = await listen({ service: hub.services.sessionManager, port: 0 })
  folder = await mkdtemp(resolve(tmpdir(), 'mcp-openapi-'))
  await writeFile(resolve(folder, 'open.json'), await readDocument(hub, 'sessionManager'))
})
afterAll(async () => {
  await sessionManager.close({ graceMs: 100 })
  await hub.close()
  await rm(folder, { recursive: true })
})

async function readDocument(of: Hub, service: keyof Hub['services']): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  const request = new Request('http://localhost/openapi.json', { headers })
  return (await of.services[service].fetch(request)).text()
}

it.each([
  ['sessionManager', false],
  ['sessionManager', true],
  ['client', false],
  ['client', true],
] as const)('has no finding of redocly: %s, with tokens %s', async (service, hasTokens) => {
  const authenticate = hasTokens ? bearerAuthentication({ tokens: { [token]: 'ann' } }) : undefined
  const documented = createHub({ authenticate })
  const file = resolve(folder, `${service}-${hasTokens}.json`)
  await writeFile(file, await readDocument(documented, service))
  await documented.close()
  const parameters = ['lint', file, '--extends', 'recommended', '--format', 'json']
  const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const printed = await runProgram(resolve(bin, 'redocly'), parameters, { env })
  expect(JSON.parse(printed.slice(printed.indexOf('{')))).toMatchObject({ problems: [] })
})

it('gives openapi-typescript typed params and results', async () => {
  // Without the option, params that have a default are mandatory.
  const options = ['open.json', '--default-non-nullable=false', '-o', 'api.ts']
  await runProgram(resolve(bin, 'openapi-typescript'), options, { cwd: folder })
  await writeFile(
    resolve(folder, 'use.ts'),
    `import type { operations } from './api.js'
type Add = operations['tools.calculator.add']
export const body: Add['requestBody']['content']['application/json'] = { a: 2, b: 3 }
type Fetch = operations['internet.fetch']
export const fetched: Fetch['requestBody']['content']['application/json'] = {
  url: 'https://example.org',
}
declare const response: Add['responses'][200]['content']['application/json']
export const result: number | undefined = response.data.result
// @ts-expect-error the param is a number
export const wrong: typeof body = { a: '2', b: 3 }
`,
  )
  await compile('use.ts')
})

it('gives @hey-api/openapi-ts a client that compiles', async () => {
  await runProgram(resolve(bin, 'openapi-ts'), ['-i', 'open.json', '-o', 'hey'], { cwd: folder })
  await writeFile(
    resolve(folder, 'use-hey.ts'),
    `import { toolsCalculatorAdd } from './hey/sdk.gen'
const { data } = await toolsCalculatorAdd({ path: { sessionId: 's' }, body: { a: 2, b: 3 } })
export const result: number | undefined = data?.data.result
`,
  )
  await compile('use-hey.ts')
})

function compile(file: string): Promise<string> {
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022']
  const modules = ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'esnext,dom']
  return runProgram(process.execPath, [tsc, ...options, ...modules, file], {
    cwd: folder,
  })
}

it('can be called by the standard library of Python, with the paths of the document', async () => {
  const script = `
import json, sys, urllib.request
base = sys.argv[1]
def post(path, body, headers={}):
    data = json.dumps(body).encode()
    head = {"Content-Type": "application/json", **headers}
    with urllib.request.urlopen(urllib.request.Request(base + path, data, head)) as response:
        return json.load(response)
paths = json.load(urllib.request.urlopen(base + "/openapi.json"))["paths"]
session = post("/sessions", {})["sessionId"]
results = []
for path in ["tools/calculator/add", "tools/calculator/multiply"]:
    template = "/sessions/{sessionId}/" + path
    body = paths[template]["post"]["requestBody"]["content"]["application/json"]
    example = next(iter(body["examples"].values()))["value"]
    target = template.replace("{sessionId}", session)
    first = post(target, example, {"Idempotency-Key": path})
    again = post(target, example, {"Idempotency-Key": path})
    assert (again["id"], again["data"]) == (path, first["data"])
    results.append(first["data"]["result"])
print(json.dumps(results))
`
  const base = sessionManager.url.replace(/\/$/, '')
  const results: unknown = JSON.parse(await runProgram('python3', ['-c', script, base]))
  expect(results).toEqual([expect.any(Number), expect.any(Number)])
})
