import type { OperationDescription } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import { findOperation } from '../calls/run-operation.ts'
import { listForeign } from './foreign-servers.ts'
import { serverOf } from './server-of.ts'

const type = 'prompt-template'

/** The operations of a prompt of a server of another protocol, and the target that addresses it. */
export interface ForeignPrompt {
  readonly target: string
  readonly render: OperationDescription
  readonly complete: OperationDescription | undefined
}

/**
 * Returns the address of a prompt that a server of another protocol lists. Returns undefined if no such server
 * lists the prompt, or if the prompts server has a prompt of this name.
 */
export async function foreignPrompt(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
  name: string,
): Promise<ForeignPrompt | undefined> {
  const listed = await listForeign(runner, caller, call, 'prompts/list', 'prompts')
  const found = listed.find(({ item }) => item['name'] === name)
  if (found === undefined || (await isOwn(runner, caller, call, name))) return undefined
  const server = caller.servers.find(({ operations }) => operations.includes(found.operation))
  const render = server?.operations.find(({ method }) => method === 'prompts/get')
  if (server === undefined || render === undefined) return undefined
  // The target of the list is the prefix of the targets of its prompts.
  const target = `${found.operation.target ?? ''}${name}`
  return { target, render, complete: findOperation(server, 'complete', type) }
}

async function isOwn(
  runner: OperationRunner,
  caller: Caller,
  call: Call,
  name: string,
): Promise<boolean> {
  const server = serverOf(caller, type)
  const operation = server && findOperation(server, 'get', type)
  if (operation === undefined) return false
  try {
    await runner.run(caller, call, { operation, target: name, params: {} })
    return true
  } catch {
    return false
  }
}
