import type { RunSession } from '@mcp/conversations'
import type { CatalogueOperation } from '@mcp/llm'
import { createId, isRecord } from '@mcp/protocol'

const maxListed = 20

/** Returns the date, the roots and the databases as instructions for a model. */
export async function createInstructions(
  session: RunSession,
  catalogue: readonly CatalogueOperation[],
  options: { readonly now: number; readonly signal: AbortSignal },
): Promise<string> {
  const list = async (operation: string): Promise<readonly Record<string, unknown>[]> => {
    const found = catalogue.find((each) => each.operation === operation && each.core)
    if (found === undefined) return []
    const { signal } = options
    const payload = { operation, params: { limit: maxListed } }
    const sent = { id: createId('req'), signal, onProgress: () => {} }
    // If a list cannot be read, it is omitted: instructions without it are better than no run.
    const response = await session.request(found.type, payload, sent)
    const result = response.status === 'success' ? response.data['result'] : undefined
    const items = isRecord(result) ? result['items'] : undefined
    return Array.isArray(items) ? items.filter(isRecord) : []
  }
  const [roots, databases] = await Promise.all([list('listRoots'), list('listDatabases')])
  const lines = [`The current date is ${new Date(options.now).toISOString().slice(0, 10)}.`]
  if (roots.length > 0) {
    lines.push(`Roots (folders): ${roots.map(({ name }) => String(name)).join(', ')}.`)
  }
  if (databases.length > 0) {
    const described = databases.map(
      ({ name, engine, mode }) => `${String(name)} (${String(engine)}, ${String(mode)})`,
    )
    lines.push(`Databases: ${described.join(', ')}.`)
  }
  return lines.join('\n')
}
