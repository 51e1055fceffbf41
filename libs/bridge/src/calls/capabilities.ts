import type { Caller } from './caller.ts'
import { serverOf } from '../methods/server-of.ts'

/** Returns the capabilities of the standard that a view offers. */
export function capabilitiesOf(caller: Pick<Caller, 'servers' | 'view'>) {
  const resources = serverOf(caller, 'resource-access')
  const prompts = serverOf(caller, 'prompt-template')
  return {
    tools: { listChanged: true },
    logging: {},
    ...(resources === undefined ? {} : { resources: { subscribe: true, listChanged: true } }),
    ...(prompts === undefined ? {} : { prompts: { listChanged: true } }),
    ...(resources === undefined && prompts === undefined ? {} : { completions: {} }),
  }
}
