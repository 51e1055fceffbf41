import type { Caller } from './caller.ts'
import { methodOperations } from '../methods/foreign-servers.ts'
import { serverOf } from '../methods/server-of.ts'

/** Returns the capabilities of the standard that a view offers. */
export function capabilitiesOf(caller: Pick<Caller, 'servers' | 'view'>) {
  const resources = serverOf(caller, 'resource-access') ?? first(caller, 'resources/list')
  const prompts = serverOf(caller, 'prompt-template') ?? first(caller, 'prompts/list')
  return {
    tools: { listChanged: true },
    logging: {},
    ...(resources === undefined ? {} : { resources: { subscribe: true, listChanged: true } }),
    ...(prompts === undefined ? {} : { prompts: { listChanged: true } }),
    ...(resources === undefined && prompts === undefined ? {} : { completions: {} }),
  }
}

function first(caller: Pick<Caller, 'servers' | 'view'>, method: string) {
  return methodOperations(caller, method)[0]
}
