import type { JsonSchema } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol/light'

/** Returns the part of a schema that a reference such as `#/$defs/node` names, or undefined. */
export function resolveReference(reference: string, root: JsonSchema): unknown {
  if (reference === '#') return root
  if (!reference.startsWith('#/')) return undefined
  return reference
    .slice(2)
    .split('/')
    .map((part) => decodePart(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((part, name) => {
      if (Array.isArray(part)) return part[Number(name)]
      return isRecord(part) && Object.hasOwn(part, name) ? part[name] : undefined
    }, root)
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
