import { isRecord } from '@mcp/protocol/light'
import type { OperationDescription, ServerListing } from '@mcp/protocol'
import type { Attachment } from '@mcp/protocol/rest'

/** An argument of a prompt or of a direct form. */
export interface TextArgument {
  readonly name: string
  readonly description: string
  readonly required: boolean
}

/** An entry of the menu of the composer. */
export type MenuEntry = { readonly label: string; readonly description: string } & (
  | {
      readonly kind: 'operation'
      readonly server: string
      readonly operation: OperationDescription
    }
  | { readonly kind: 'prompt'; readonly arguments: readonly TextArgument[] }
  | {
      readonly kind: 'form'
      readonly arguments: readonly TextArgument[]
      /** Returns the direct form with the values of its arguments. */
      readonly format: (values: Readonly<Record<string, string>>) => string
    }
  | { readonly kind: 'attachment'; readonly attachment: Attachment }
)

const maxEntries = 50

/** Returns the entries that match a query, best first: by name, then by words in the description. */
export function findEntries(entries: readonly MenuEntry[], query: string): MenuEntry[] {
  const words = query
    .toLowerCase()
    .split(/[\s.]+/)
    .filter(Boolean)
  if (words.length === 0) return entries.slice(0, maxEntries)
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, maxEntries)
    .map(({ entry }) => entry)
}

function scoreOf({ label, description }: MenuEntry, words: readonly string[]): number {
  const name = label.toLowerCase()
  const text = description.toLowerCase()
  let score = 0
  for (const word of words) {
    if (name.startsWith(word) || name.split(/[./\s_-]/).some((part) => part.startsWith(word))) {
      score += 4
    } else if (name.includes(word)) score += 2
    else if (text.includes(word)) score += 1
    else return 0
  }
  return score
}

/** Returns the operations of all servers as entries. */
export function operationEntries(servers: readonly ServerListing[]): MenuEntry[] {
  return servers.flatMap(({ name: server, operations }) =>
    operations.map((operation): MenuEntry => {
      const { target, operation: name, title } = operation
      const owner = target === undefined || target === server ? server : `${server}.${target}`
      return { kind: 'operation', label: `${owner}.${name}`, description: title, server, operation }
    }),
  )
}

/** Returns the prompts of a list as entries. */
export function promptEntries(items: readonly unknown[]): MenuEntry[] {
  return items.filter(isRecord).map((item): MenuEntry => {
    const args = Array.isArray(item['arguments']) ? item['arguments'] : []
    return {
      kind: 'prompt',
      label: String(item['name']),
      description: textOf(item['title']),
      arguments: args.filter(isRecord).map(({ name, description, required }) => ({
        name: String(name),
        description: textOf(description),
        required: required === true,
      })),
    }
  })
}

/** Returns the files of a root as entries. */
export function fileEntries(root: string, items: readonly unknown[]): MenuEntry[] {
  const files = items.filter(isRecord).filter(({ type = 'file' }) => type === 'file')
  return files.map(({ path }): MenuEntry => {
    const name = String(path)
    return {
      kind: 'attachment',
      label: `${root}/${name}`,
      description: 'File',
      attachment: { root, path: name },
    }
  })
}

/** Returns the resources of a list as entries. */
export function resourceEntries(items: readonly unknown[]): MenuEntry[] {
  return items.filter(isRecord).map(({ uri, name }): MenuEntry => {
    const address = String(uri)
    return {
      kind: 'attachment',
      label: address,
      description: typeof name === 'string' ? name : 'Resource',
      attachment: { resource: address },
    }
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
