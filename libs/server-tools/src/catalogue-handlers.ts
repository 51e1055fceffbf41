import type { OperationPlace, Tool, ToolOperation } from '@mcp/protocol'
import { describeOperation, didYouMean, issuesOf, McpError, nearNames } from '@mcp/protocol'
import { tools } from '@mcp/protocol/contracts/tools'
import type { Handlers } from '@mcp/server'
import * as z from 'zod'

import { invalidParam } from './invalid-param.ts'

type CatalogueHandlers = Pick<Handlers<typeof tools>, 'list' | 'describe' | 'validate'>

/** What the tools server tells of its tools. */
export function createCatalogueHandlers(byName: ReadonlyMap<string, Tool>): CatalogueHandlers {
  return {
    list({ query = '', cursor, limit }) {
      const wanted = query.toLowerCase()
      const matching = [...byName.values()].filter(({ name, title, description }) =>
        `${name}\n${title}\n${description}`.toLowerCase().includes(wanted),
      )
      const start = cursor === undefined ? 0 : positionAfter(cursor, matching)
      const items = matching.slice(start, start + limit)
      const last = items.at(-1)
      return {
        items: items.map(({ name, title, description, operations }) => ({
          name,
          title,
          description,
          operations: Object.keys(operations),
        })),
        ...(last !== undefined && start + limit < matching.length ? { nextCursor: last.name } : {}),
      }
    },
    describe({ name }) {
      const { title, description, operations } = findTool(byName, name)
      const place: OperationPlace = { type: tools.type, targetKey: tools.target, target: name }
      return {
        name,
        title,
        description,
        operations: Object.entries(operations).map(([operationName, operation]) => {
          const described = describeOperation(operationName, operation, place)
          const { paramsSchema, resultSchema } = described
          return {
            operation: operationName,
            title: operation.title,
            description: operation.description,
            paramsSchema,
            resultSchema,
          }
        }),
      }
    },
    validate({ tool, operation, params }) {
      const { params: schema } = findOperation(findTool(byName, tool), operation)
      const parsed = z.safeParse(schema, params)
      const issues = parsed.success ? [] : issuesOf(parsed.error.issues)
      return {
        valid: parsed.success,
        issues: issues.map(({ path, message }) => ({ path: ['params', ...path], message })),
      }
    },
  }
}

function positionAfter(cursor: string, listed: readonly Tool[]): number {
  const position = listed.findIndex(({ name }) => name === cursor)
  if (position !== -1) return position + 1
  throw invalidParam('cursor', 'the cursor is not one that `list` gave for this query')
}

function findTool(byName: ReadonlyMap<string, Tool>, name: string): Tool {
  const tool = byName.get(name)
  if (tool !== undefined) return tool
  throw notFound(`No tool is named "${name.slice(0, 64)}"`, name, byName.keys())
}

function findOperation({ name, operations }: Tool, wanted: string): ToolOperation {
  const operation = new Map(Object.entries(operations)).get(wanted)
  if (operation !== undefined) return operation
  throw notFound(
    `${name} has no operation "${wanted.slice(0, 64)}"`,
    wanted,
    Object.keys(operations),
  )
}

function notFound(message: string, name: string, known: Iterable<string>): McpError {
  const near = nearNames(name, known)
  return new McpError('not-found', `${message}${didYouMean(near)}`, { details: { near } })
}
