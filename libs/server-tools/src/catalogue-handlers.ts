import { tools } from '@mcp/contracts/tools'
import type { Tool, ToolOperation } from '@mcp/protocol'
import { describeOperation, issuesOf } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import { notFound, pageItems } from '@mcp/server'
import * as z from 'zod'

type CatalogueHandlers = Pick<Handlers<typeof tools>, 'list' | 'describe' | 'validate'>

/** Creates the handlers that list, describe and validate the tools. */
export function createCatalogueHandlers(byName: ReadonlyMap<string, Tool>): CatalogueHandlers {
  return {
    list({ query = '', cursor, limit }) {
      const search = query.toLowerCase()
      const matching = [...byName.values()].filter(({ name, title, description }) =>
        `${name}\n${title}\n${description}`.toLowerCase().includes(search),
      )
      const listed = matching.map(({ name, title, description, operations }) => ({
        name,
        title,
        description,
        operations: Object.keys(operations),
      }))
      return pageItems(listed, { cursor, limit }, ({ name }) => name)
    },
    describe({ name }) {
      const { title, description, operations } = findTool(byName, name)
      const address = { type: tools.type, targetKey: tools.target, target: name }
      return {
        name,
        title,
        description,
        operations: Object.entries(operations).map(([operationName, operation]) => {
          const described = describeOperation(operationName, operation, address)
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

function findTool(byName: ReadonlyMap<string, Tool>, name: string): Tool {
  const tool = byName.get(name)
  if (tool !== undefined) return tool
  throw notFound('tool', name, byName.keys())
}

function findOperation({ name, operations }: Tool, operationName: string): ToolOperation {
  const operation = new Map(Object.entries(operations)).get(operationName)
  if (operation !== undefined) return operation
  throw notFound(`operation of ${name}`, operationName, Object.keys(operations))
}
