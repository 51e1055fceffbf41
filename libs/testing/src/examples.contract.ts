import { createClient } from '@mcp/client'
import { createDispatcher } from '@mcp/dispatcher'
import type { Contract, MaybePromise } from '@mcp/protocol'
import { contextHeaders } from '@mcp/http'
import { checkContract, createId, createRequest, isRecord } from '@mcp/protocol'
import type { LocalServer } from '@mcp/server'
import { createSessionManager } from '@mcp/session-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { RespondToInteraction } from './respond-to-interactions.ts'
import { respondToInteractions, processWithResponses } from './respond-to-interactions.ts'

/** An example of a contract that is about to run. */
export interface ExampleCall {
  readonly operation: string
  /** The params of the example. They include the target, which a request envelope keeps separate. */
  readonly params: Readonly<Record<string, unknown>>
}

/** The session in which an example runs. */
export interface ExampleSession {
  readonly id: string
  /** Calls another operation in the same session, and returns its result. */
  call(operation: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>
}

/** A server that contains the data to which the examples of its contract refer. */
export interface ServerUnderTest {
  readonly server: LocalServer
  /**
   * Creates the data that an example needs, and returns the params of the call. Use it for values that
   * an example cannot contain, such as the id of a transaction. Default: the params of the example are
   * used unchanged.
   */
  prepare?(
    example: ExampleCall,
    session: ExampleSession,
  ): MaybePromise<Readonly<Record<string, unknown>>>
  /**
   * Responds to the interactions of operations with the hint `interactive`, in place of a user. Default: no
   * response, so an example fails if its operation waits for one.
   */
  readonly respond?: RespondToInteraction | undefined
  /** Removes the data of the test after the server is closed. Default: does nothing. */
  cleanUp?(): MaybePromise<void>
}

type Call = (operation: string, params: Readonly<Record<string, unknown>>) => Promise<unknown>

/** Calls a server's operations within a session. */
interface Connection {
  readonly sessionId: string
  readonly call: Call
  close(): Promise<void>
}

/** Options of {@link itRunsItsExamples}. */
export interface ExamplesOptions {
  /** Name of the tool that the contract describes. Required for the tools server, and only for it. */
  readonly tool?: string | undefined
}

/**
 * Defines tests that run every example of a contract against its server in three ways: directly with
 * `POST /process`, through a session manager, and through the typed client. They also check the
 * contract itself, the titles of its examples and the descriptions of its parameters.
 *
 * @example
 * itRunsItsExamples(weather, () => ({ server: weatherServer({ checkResults: true }) }))
 */
export function itRunsItsExamples(
  contract: Contract,
  create: () => MaybePromise<ServerUnderTest>,
  { tool }: ExamplesOptions = {},
): void {
  it('has a valid contract', () => {
    expect(checkContract(contract)).toEqual([])
  })

  it('has a title for each example, because the offline planner compares prompts with titles', () => {
    const untitled = examplesOf(contract).filter(({ title }) => title === undefined)
    expect(untitled.map(({ label }) => label)).toEqual([])
  })

  it('describes every parameter', async () => {
    const tested = await create()
    const { operations } = await tested.server.describe()
    await tested.server.close()
    await tested.cleanUp?.()
    const own = operations.filter(({ target }) => tool === undefined || target === tool)
    const undescribed = own.flatMap(({ operation, paramsSchema }) =>
      Object.entries(isRecord(paramsSchema['properties']) ? paramsSchema['properties'] : {})
        .filter(([, schema]) => !(isRecord(schema) && 'description' in schema))
        .map(([name]) => `${operation}.${name}`),
    )
    expect(undescribed).toEqual([])
  })

  describe.each([
    { way: 'directly', open: openDirectly },
    { way: 'through the session manager', open: openSession },
    { way: 'through the typed client', open: openTyped },
  ])('$way', ({ open }) => {
    let tested: ServerUnderTest
    let connection: Connection
    beforeAll(async () => {
      tested = await create()
      const { server, respond } = tested
      connection = await open({ contract, server, tool, respond })
    }, 60_000)
    afterAll(async () => {
      await connection.close()
      await tested.server.close()
      await tested.cleanUp?.()
    }, 60_000)

    it.each(examplesOf(contract))('$label: $title', async ({ operation, params, expected }) => {
      const session: ExampleSession = {
        id: connection.sessionId,
        call: (name, input = {}) => connection.call(name, input),
      }
      const input = (await tested.prepare?.({ operation, params }, session)) ?? params
      expect(await connection.call(operation, input)).toEqual(expected)
    })
  })
}

const anything: unknown = expect.anything()

function examplesOf({ name, operations }: Contract) {
  return Object.entries(operations).flatMap(([operation, { examples }]) =>
    examples.map(({ title, params, result }, index) => ({
      label: `${name}.${operation}, example ${index + 1}`,
      title,
      operation,
      params: isRecord(params) ? params : {},
      expected: result ?? anything,
    })),
  )
}

/** The server to call, with its contract and, for the tools server, the name of the tool. */
interface ServerAddress {
  readonly contract: Contract
  readonly server: LocalServer
  readonly tool: string | undefined
  readonly respond: RespondToInteraction | undefined
}

/** Builds the payload of a request. The target is a field of the payload itself, not of `params`. */
function toPayload(
  { contract: { target, fixedTarget }, tool = fixedTarget }: ServerAddress,
  operation: string,
  params: Readonly<Record<string, unknown>>,
) {
  if (tool !== undefined) return { [target]: tool, operation, params }
  const { [target]: named, ...others } = params
  return { ...(named === undefined ? {} : { [target]: named }), operation, params: others }
}

function readResult(response: unknown): unknown {
  const data = isRecord(response) ? response['data'] : undefined
  if (isRecord(data) && 'result' in data) return data['result']
  const details = isRecord(response) ? response['error'] : undefined
  const needsResponse = isRecord(details) && details['code'] === 'unavailable'
  const remedy = needsResponse
    ? ' An operation that waits for a user needs "respond" of the test.'
    : ''
  return expect.fail(`The response has no result: ${JSON.stringify(response)}.${remedy}`)
}

async function openDirectly(address: ServerAddress): Promise<Connection> {
  const { contract, server, respond } = address
  const sessionId = createId('ses')

  async function post(operation: string, params: Readonly<Record<string, unknown>>) {
    const payload = toPayload(address, operation, params)
    const isInteractive = contract.operations[operation]?.hints?.interactive === true
    if (isInteractive && respond !== undefined) {
      return processWithResponses(server, createRequest(contract.type, payload), {
        sessionId,
        respond,
      })
    }
    const request = new Request('http://server.test/process', {
      method: 'POST',
      headers: { 'content-type': 'application/json', [contextHeaders.session]: sessionId },
      body: JSON.stringify({ type: contract.type, payload }),
    })
    return (await server.fetch(request, { isLoopback: true })).json()
  }

  return {
    sessionId,
    call: async (operation, params) => readResult(await post(operation, params)),
    async close() {
      await server.sessionClosed(sessionId)
    },
  }
}

async function openSession(address: ServerAddress): Promise<Connection> {
  const { contract } = address
  const { sessionManager, connectUser, close } = startSessionManager(address)
  const { sessionId } = await sessionManager.openSession()
  await connectUser(sessionId)
  return {
    sessionId,
    async call(operation, params) {
      const request = new Request(`http://session-manager.test/sessions/${sessionId}/requests`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          type: contract.type,
          payload: toPayload(address, operation, params),
        }),
      })
      return readResult(await (await sessionManager.fetch(request)).json())
    },
    close,
  }
}

async function openTyped(address: ServerAddress): Promise<Connection> {
  const { contract, tool } = address
  const { sessionManager, connectUser, close } = startSessionManager(address)
  const client = createClient({
    url: 'http://session-manager.test',
    fetch: (request) => sessionManager.fetch(request),
    contracts: tool === undefined ? [contract] : [],
  })
  const session = await client.connect()
  await connectUser(session.id)
  return {
    sessionId: session.id,
    call(operation, params) {
      const operations: unknown = Reflect.get(session, contract.name)
      if (!isRecord(operations)) return expect.fail(`The session has no "${contract.name}".`)
      const name = tool === undefined ? operation : 'execute'
      const method = operations[name]
      if (typeof method !== 'function')
        return expect.fail(`"${contract.name}" has no method "${name}".`)
      const input = tool === undefined ? params : toPayload(address, operation, params)
      return Promise.resolve<unknown>(Reflect.apply(method, operations, [input]))
    },
    async close() {
      await session.close()
      await close()
    },
  }
}

function startSessionManager({ contract, server, respond }: ServerAddress) {
  const dispatcher = createDispatcher({ servers: [server] })
  const sessionManager = createSessionManager({ dispatcher })
  const isInteractive = Object.values(contract.operations).some(({ hints }) => hints?.interactive)
  let disconnectUser: (() => Promise<void>) | undefined

  /** Responds to the interactions of a session, if the test has `respond`. */
  async function connectUser(sessionId: string): Promise<void> {
    if (!isInteractive || respond === undefined) return
    disconnectUser = await respondToInteractions(sessionManager, sessionId, respond)
  }

  async function close(): Promise<void> {
    await disconnectUser?.()
    await sessionManager.close()
    await dispatcher.close()
  }

  return { sessionManager, connectUser, close }
}
