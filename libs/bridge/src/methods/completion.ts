import { isRecord } from '@mcp/protocol'

import type { OperationRunner } from '../calls/run-operation.ts'
import { findOperation, resultOf } from '../calls/run-operation.ts'
import { invalidParams } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import { foreignPrompt } from './foreign-prompt.ts'
import { operationFor, runForeign } from './foreign-servers.ts'
import type { Methods } from './method.ts'
import { serverOf } from './server-of.ts'

const noValues = { completion: { values: [], total: 0, hasMore: false } } as const

/** Creates the method `completion/complete`. */
export function createCompletionMethods(runner: OperationRunner): Methods {
  return {
    'completion/complete': async (caller, params, call) => {
      const { reference, argument, context } = readParams(params)
      const { name, value } = argument
      const isPrompt = reference.type === 'ref/prompt'
      const type = isPrompt ? 'prompt-template' : 'resource-access'
      const foreign = isPrompt
        ? await foreignPrompt(runner, caller, call, reference.name)
        : {
            complete: operationFor(caller, 'completion/complete', type, reference.name),
            target: reference.name,
          }
      if (foreign?.complete !== undefined) {
        const { ref: _ref, ...others } = params
        return runForeign(runner, caller, call, foreign.complete, foreign.target, others)
      }
      const server = serverOf(caller, type)
      const operation = server && findOperation(server, 'complete', type)
      if (operation === undefined) return noValues
      const addressed = isPrompt
        ? { target: reference.name, params: { argument: name, value, context } }
        : {
            target: undefined,
            params: { template: reference.name, variable: name, value, context },
          }
      const result = resultOf(await runner.run(caller, call, { operation, ...addressed }))
      const { values, total, hasMore } = result
      const list = Array.isArray(values) ? values.slice(0, 100) : []
      return {
        completion: {
          values: list,
          ...(typeof total === 'number' ? { total } : {}),
          hasMore: hasMore === true || (Array.isArray(values) && values.length > list.length),
        },
      }
    },
  }
}

function readParams({ ref, argument, context }: RpcParams) {
  if (!isRecord(ref)) throw invalidParams('Invalid params: ref must be an object.')
  const { type, name, uri } = ref
  const reference = type === 'ref/prompt' ? name : uri
  if ((type !== 'ref/prompt' && type !== 'ref/resource') || typeof reference !== 'string') {
    throw invalidParams(
      'Invalid params: ref must be {"type":"ref/prompt","name":…} or {"type":"ref/resource","uri":…}.',
    )
  }
  if (
    !isRecord(argument) ||
    typeof argument['name'] !== 'string' ||
    typeof argument['value'] !== 'string'
  ) {
    throw invalidParams('Invalid params: argument must be {"name":…,"value":…}.')
  }
  const values = isRecord(context) && isRecord(context['arguments']) ? context['arguments'] : {}
  return {
    reference: { type, name: reference },
    argument: { name: argument['name'], value: argument['value'] },
    context: values,
  }
}
