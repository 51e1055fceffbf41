import { createClient } from '@mcp/client'
import { createDispatcher } from '@mcp/dispatcher'
import type { Contract, MaybePromise } from '@mcp/protocol'
import { contextHeaders } from '@mcp/http'
import { checkContract, createId, isRecord } from '@mcp/protocol'
import type { LocalServer } from '@mcp/server'
import { createSessionManager } from '@mcp/session-manager'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** One example of a contract, about to be run. */
export interface ExampleCall {
  readonly operation: string
  /** As the example has them: flat, the target among them. */
  readonly params: Readonly<Record<string, unknown>>
}

/** The session the example is about to be run in. */
export interface ExampleSession {
  readonly id: string
  /** Calls another operation in the same session, and gives its result. */
  call(operation: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>
}

/** A server with everything in it that its contract's examples name. */
export interface ServerUnderTest {
  readonly server: LocalServer
  /**
   * Makes what an example needs to be there, and gives the params to call with: an example cannot know
   * the id of a transaction. Default: the example's own params.
   */
  prepare?(
    example: ExampleCall,
    session: ExampleSession,
  ): MaybePromise<Readonly<Record<string, unknown>>>
  /** Removes what was made for the test, after the server closed. Default: nothing. */
  cleanUp?(): MaybePromise<void>
}

type Call = (operation: string, params: Readonly<Record<string, unknown>>) => Promise<unknown>

/** One way to call a server's operations, within a session. */
interface Way {
  readonly sessionId: string
  readonly call: Call
  close(): Promise<void>
}

export interface ExamplesOptions {
  /** The tool whose operations these are, where the server is the tools server. */
  readonly tool?: string | undefined
}

/**
 * Runs every example of a contract against its server in three ways: the server alone by
 * `POST /process`, through a session manager, and through the typed client.
 *
 * @example
 * itAnswersItsExamples(weather, () => ({ server: weatherServer({ checkResults: true }) }))
 */
export function itAnswersItsExamples(
  contract: Contract,
  create: () => MaybePromise<ServerUnderTest>,
  { tool }: ExamplesOptions = {},
): void {
  it('has a contract without mistakes', () => {
    expect(checkContract(contract)).toEqual([])
  })

  it('has words for each example, which the offline planner matches prompts against', () => {
    const silent = examplesOf(contract).filter(({ title }) => title === undefined)
    expect(silent.map(({ label }) => label)).toEqual([])
  })

  it('says of every parameter what it is', async () => {
    const tested = await create()
    const { operations } = await tested.server.describe()
    await tested.server.close()
    await tested.cleanUp?.()
    const own = operations.filter(({ target }) => tool === undefined || target === tool)
    const unexplained = own.flatMap(({ operation, paramsSchema }) =>
      Object.entries(isRecord(paramsSchema['properties']) ? paramsSchema['properties'] : {})
        .filter(([, schema]) => !(isRecord(schema) && 'description' in schema))
        .map(([name]) => `${operation}.${name}`),
    )
    expect(unexplained).toEqual([])
  })

  describe.each([
    { way: 'alone', open: openAlone },
    { way: 'through the session manager', open: openSession },
    { way: 'through the typed client', open: openTyped },
  ])('$way', ({ open }) => {
    let tested: ServerUnderTest
    let opened: Way
    beforeAll(async () => {
      tested = await create()
      opened = await open({ contract, server: tested.server, tool })
    }, 60_000)
    afterAll(async () => {
      await opened.close()
      await tested.server.close()
      await tested.cleanUp?.()
    }, 60_000)

    it.each(examplesOf(contract))('$label: $title', async ({ operation, params, expected }) => {
      const session: ExampleSession = {
        id: opened.sessionId,
        call: (name, given = {}) => opened.call(name, given),
      }
      const given = (await tested.prepare?.({ operation, params }, session)) ?? params
      expect(await opened.call(operation, given)).toEqual(expected)
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

/** What is called, and as what. */
interface Called {
  readonly contract: Contract
  readonly server: LocalServer
  readonly tool: string | undefined
}

/** On the wire the target stands beside the params. */
function payloadOf(
  { contract: { target, fixedTarget }, tool = fixedTarget }: Called,
  operation: string,
  params: Readonly<Record<string, unknown>>,
) {
  if (tool !== undefined) return { [target]: tool, operation, params }
  const { [target]: named, ...others } = params
  return { ...(named === undefined ? {} : { [target]: named }), operation, params: others }
}

function readAnswer(answer: unknown): unknown {
  const data = isRecord(answer) ? answer['data'] : undefined
  if (isRecord(data) && 'result' in data) return data['result']
  return expect.fail(`The answer has no result: ${JSON.stringify(answer)}`)
}

async function openAlone(called: Called): Promise<Way> {
  const { contract, server } = called
  const sessionId = createId('ses')
  return {
    sessionId,
    async call(operation, params) {
      const request = new Request('http://server.test/process', {
        method: 'POST',
        headers: { 'content-type': 'application/json', [contextHeaders.session]: sessionId },
        body: JSON.stringify({
          type: contract.type,
          payload: payloadOf(called, operation, params),
        }),
      })
      return readAnswer(await (await server.fetch(request, { isLoopback: true })).json())
    },
    async close() {
      await server.sessionClosed(sessionId)
    },
  }
}

async function openSession(called: Called): Promise<Way> {
  const { contract, server } = called
  const { dispatcher, sessionManager } = startSessionManager(server)
  const { sessionId } = await sessionManager.openSession()
  return {
    sessionId,
    async call(operation, params) {
      const request = new Request(`http://session-manager.test/sessions/${sessionId}/requests`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          type: contract.type,
          payload: payloadOf(called, operation, params),
        }),
      })
      return readAnswer(await (await sessionManager.fetch(request)).json())
    },
    async close() {
      await sessionManager.close()
      await dispatcher.close()
    },
  }
}

async function openTyped(called: Called): Promise<Way> {
  const { contract, server, tool } = called
  const { dispatcher, sessionManager } = startSessionManager(server)
  const client = createClient({
    url: 'http://session-manager.test',
    fetch: (request) => sessionManager.fetch(request),
    contracts: tool === undefined ? [contract] : [],
  })
  const session = await client.connect()
  return {
    sessionId: session.id,
    call(operation, params) {
      const operations: unknown = Reflect.get(session, contract.name)
      if (!isRecord(operations)) return expect.fail(`The session has no "${contract.name}".`)
      const name = tool === undefined ? operation : 'execute'
      const method = operations[name]
      if (typeof method !== 'function') return expect.fail(`It has no method "${name}".`)
      const given = tool === undefined ? params : payloadOf(called, operation, params)
      return Promise.resolve<unknown>(Reflect.apply(method, operations, [given]))
    },
    async close() {
      await session.close()
      await sessionManager.close()
      await dispatcher.close()
    },
  }
}

function startSessionManager(server: LocalServer) {
  const dispatcher = createDispatcher({ servers: [server] })
  return { dispatcher, sessionManager: createSessionManager({ dispatcher }) }
}
