import { isRecord, nearNames } from '@mcp/protocol'

import type { UpstreamOptions } from '../entry/upstream-options.ts'
import { upstreamOptionsSchema } from '../entry/upstream-options.ts'
import type { AddProblem } from './config-problem.ts'
import type { EntryFields, FieldReader } from './entry-fields.ts'

/** Parses the options in `hub`. Unknown options are problems. Returns undefined for options with problems. */
export function parseHubOptions(
  { hub = {} }: EntryFields,
  { texts }: Pick<FieldReader, 'texts'>,
  addProblem: AddProblem,
): UpstreamOptions | undefined {
  // The options of a login may use variables, because they contain a secret.
  const expanded =
    isRecord(hub) && isRecord(hub['oauth']) ? { ...hub, oauth: texts(hub, 'oauth') } : hub
  const parsed = upstreamOptionsSchema.safeParse(expanded)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    const at = ['hub', ...issue.path.map(String)]
    if (issue.code !== 'unrecognized_keys') addProblem(at, lowerFirst(issue.message))
    else for (const key of issue.keys) addProblem([...at, key], unknownKey(key))
  }
  return undefined
}

function unknownKey(key: string): string {
  const names = Object.keys(upstreamOptionsSchema.shape)
  const [near] = nearNames(key, names)
  const remedy = near === undefined ? `Known keys: ${names.join(', ')}` : `Did you mean "${near}"?`
  return `unknown key. ${remedy}`
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
