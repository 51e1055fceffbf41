import { isRecord, McpError, parseValue } from '@mcp/protocol'
import type { SavedCall } from '@mcp/protocol/rest'
import { runSavedCallBody, savedCallBody, savedCallName } from '@mcp/protocol/rest'

import type { App } from '../http/app.ts'
import { readJsonBody } from '../http/read-json-body.ts'
import type { SendForRequest } from '../http/send-for-request.ts'
import type { SavedCallStore } from './saved-call-store.ts'

export interface SavedCallRoutesOptions {
  readonly store: SavedCallStore
  readonly send: SendForRequest
  readonly maxBodyBytes: number | undefined
}

const maxCalls = 500

/** Adds the routes that list, save, run and remove named calls. */
export function addSavedCallRoutes(
  app: App,
  { store, send, maxBodyBytes }: SavedCallRoutesOptions,
): void {
  const nameOf = (name: string): string => parseValue('name', savedCallName, name)

  async function find(owner: string | undefined, name: string): Promise<SavedCall> {
    const call = await store.read(owner, nameOf(name))
    if (call !== undefined) return call
    throw new McpError('not-found', `No saved call "${name}".`)
  }

  app.get('/saved-calls', async ({ var: { identity } }) =>
    Response.json(await store.list(identity?.id)),
  )

  app.get('/saved-calls/:name', async ({ req, var: { identity } }) => {
    const { name } = req.param()
    return Response.json({ name, ...(await find(identity?.id, name)) })
  })

  app.put('/saved-calls/:name', async ({ req, var: { identity } }) => {
    const name = nameOf(req.param('name'))
    const call = await readJsonBody(req.raw, savedCallBody, maxBodyBytes)
    const { calls, invalid } = await store.list(identity?.id)
    const isNew = calls.every((each) => each.name !== name)
    if (isNew && calls.length + invalid.length >= maxCalls) throw tooManyCalls()
    await store.save(identity?.id, name, call)
    return Response.json({ name, ...call }, { status: isNew ? 201 : 200 })
  })

  app.delete('/saved-calls/:name', async ({ req, var: { identity } }) => {
    const name = nameOf(req.param('name'))
    if (await store.remove(identity?.id, name)) return new Response(null, { status: 204 })
    throw new McpError('not-found', `No saved call "${name}".`)
  })

  app.post('/saved-calls/:name/run', async ({ req, var: { identity } }) => {
    const { params } = await readJsonBody(req.raw, runSavedCallBody, maxBodyBytes)
    const { type, payload } = await find(identity?.id, req.param('name'))
    return send(req.raw, { type, payload: withParams(payload, params) })
  })
}

/** Returns the payload with other parameters. Parameters that are not given keep their saved values. */
function withParams(
  payload: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
  if (params === undefined) return payload
  const saved = isRecord(payload['params']) ? payload['params'] : {}
  return { ...payload, params: { ...saved, ...params } }
}

function tooManyCalls(): McpError {
  return new McpError('conflict', `All ${maxCalls} saved calls are in use. Remove one first.`)
}
