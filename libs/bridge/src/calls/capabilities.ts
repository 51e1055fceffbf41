import type { Caller } from './caller.ts'
import { hasType } from '../methods/server-of.ts'

/** Returns the capabilities of the standard that a view offers. */
export function capabilitiesOf(caller: Pick<Caller, 'servers' | 'view'>) {
  const hasResources = hasType(caller, 'resource-access')
  const hasPrompts = hasType(caller, 'prompt-template')
  return {
    tools: { listChanged: true },
    logging: {},
    ...(hasResources ? { resources: { subscribe: true, listChanged: true } } : {}),
    ...(hasPrompts ? { prompts: { listChanged: true } } : {}),
    ...(hasResources || hasPrompts ? { completions: {} } : {}),
  }
}
