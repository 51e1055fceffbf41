import type { OperationRunner } from '../calls/run-operation.ts'
import { createCompletionMethods } from './completion.ts'
import type { Methods } from './method.ts'
import { createPromptMethods } from './prompts.ts'
import { createResourceMethods } from './resources.ts'
import { createToolMethods } from './tools.ts'
import { traceMethods } from './trace-methods.ts'

/** Creates all methods that clients of both eras call. */
export function createMethods(runner: OperationRunner): Methods {
  return traceMethods({
    ...createToolMethods(runner),
    ...createResourceMethods(runner),
    ...createPromptMethods(runner),
    ...createCompletionMethods(runner),
  })
}
