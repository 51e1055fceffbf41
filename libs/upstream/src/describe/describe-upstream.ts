import type { OperationDescription, Route, ServerDescription } from '@mcp/protocol'
import { completeHints, isRecord } from '@mcp/protocol'

import type { Catalogue, ListedTool } from '../catalogue/catalogue.ts'
import type { NamedItem } from '../names/name-items.ts'
import { rewriteEntry } from '../names/rewrite-uris.ts'
import type { Uris } from '../names/uris.ts'
import { uriPrefixes } from '../names/uris.ts'
import type { Published } from './published.ts'

/** The request types that an upstream server handles, and the keys of their targets. */
export const types = {
  tools: { type: 'tool-execution', targetKey: 'tool' },
  resources: { type: 'resource-access', targetKey: 'resource' },
  prompts: { type: 'prompt-template', targetKey: 'prompt' },
} as const

/** Returns the routes of an upstream server. They depend only on its name. */
export function routesOf(serverName: string): readonly Route[] {
  const { scheme, ui } = uriPrefixes(serverName)
  return [
    { ...types.tools, targets: [serverName] },
    { ...types.resources, prefix: scheme },
    { ...types.resources, prefix: ui },
    { ...types.prompts, prefix: promptTarget(serverName) },
  ]
}

/** Returns the routes of URIs without a prefix: of the resources and templates that the server lists. */
function plainRoutes(catalogue: Catalogue | undefined): Route[] {
  const { resources = [], resourceTemplates = [] } = catalogue ?? {}
  const literals = resourceTemplates.map(({ uriTemplate }) => uriTemplate.split('{')[0] ?? '')
  return [
    { ...types.resources, targets: [...new Set(resources.map(({ uri }) => uri))] },
    ...Array.from(new Set(literals), (prefix) => ({ ...types.resources, prefix })).filter(
      // A template whose scheme is a variable would claim all resources.
      ({ prefix }) => prefix.includes(':'),
    ),
  ]
}

/**
 * Returns the target of a prompt: `notes+greet` for the prompt `notes_greet` of the server `notes`. Without
 * the plus sign, the route would take over the prompts of other servers that start with `notes_`.
 */
export function promptTarget(serverName: string, prompt = ''): string {
  return `${serverName}+${prompt}`
}

/** Describes an upstream server for the catalogue of the dispatcher. */
export function describeUpstream(
  serverName: string,
  source: string,
  catalogue: Catalogue | undefined,
  published: Published,
  { uris, hasPrefix }: { readonly uris: Uris; readonly hasPrefix: boolean },
): ServerDescription {
  const operations: OperationDescription[] = published.tools.map((tool) =>
    describeTool(serverName, tool, uris),
  )
  if (isRecord(catalogue?.capabilities['resources']))
    operations.push(...resourceOperations(serverName))
  if (isRecord(catalogue?.capabilities['prompts'])) operations.push(...promptOperations(serverName))
  return {
    name: serverName,
    source,
    version: catalogue?.serverInfo?.version ?? 'unknown',
    routes: [...routesOf(serverName), ...(hasPrefix ? [] : plainRoutes(catalogue))],
    operations,
    notifications: {},
  }
}

function describeTool(
  serverName: string,
  { item, name }: NamedItem<ListedTool>,
  uris: Uris,
): OperationDescription {
  const { title, description, inputSchema, outputSchema, annotations } = item
  const hints = isRecord(annotations) ? annotations : {}
  return {
    ...types.tools,
    target: serverName,
    operation: item.name,
    title: firstText(title, hints['title'], item.name),
    description: firstText(description, title, item.name),
    paramsSchema: isRecord(inputSchema) ? inputSchema : { type: 'object' },
    targetRequired: true,
    resultSchema: isRecord(outputSchema) ? outputSchema : {},
    returnsContent: true,
    // The server's own `idempotentHint` is ignored, because a call that may have run is never repeated.
    hints: {
      ...completeHints({
        readOnly: hints['readOnlyHint'] === true,
        destructive: hints['readOnlyHint'] !== true && hints['destructiveHint'] !== false,
        openWorld: hints['openWorldHint'] !== false,
        interactive: true,
      }),
      idempotent: false,
    },
    audience: 'model',
    definition: { annotations: {}, ...rewriteEntry(item, uris), name },
    errors: [],
    examples: [],
  }
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? ''
}

function resourceOperations(serverName: string): OperationDescription[] {
  const { scheme } = uriPrefixes(serverName)
  const describe = (operation: string, method: string, target?: string) =>
    describeMethod({ ...types.resources, target, operation, method })
  return [
    describe('list', 'resources/list', scheme),
    describe('listTemplates', 'resources/templates/list', scheme),
    describe('read', 'resources/read'),
    describe('subscribe', 'resources/subscribe'),
    describe('unsubscribe', 'resources/unsubscribe'),
    describe('complete', 'completion/complete'),
  ]
}

function promptOperations(serverName: string): OperationDescription[] {
  const describe = (operation: string, method: string, target?: string) =>
    describeMethod({ ...types.prompts, target, operation, method })
  return [
    describe('list', 'prompts/list', promptTarget(serverName)),
    describe('render', 'prompts/get'),
    describe('complete', 'completion/complete'),
  ]
}

interface MethodAddress {
  readonly type: string
  readonly targetKey: string
  readonly target: string | undefined
  readonly operation: string
  readonly method: string
}

function describeMethod({ target, ...address }: MethodAddress): OperationDescription {
  return {
    ...address,
    ...(target === undefined ? {} : { target }),
    title: address.method,
    description: `The method ${address.method} of the Model Context Protocol.`,
    paramsSchema: { type: 'object' },
    targetRequired: true,
    resultSchema: { type: 'object' },
    hints: completeHints({ interactive: true }),
    audience: 'user',
    errors: [],
    examples: [],
  }
}
