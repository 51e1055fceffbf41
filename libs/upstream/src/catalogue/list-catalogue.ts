import { isRecord } from '@mcp/protocol'
import * as z from 'zod'

import type { Connection } from '../connection/open-connection.ts'
import type { Catalogue } from './catalogue.ts'
import { catalogueSchema } from './catalogue.ts'
import { listPages } from './list-pages.ts'

/** The part of a catalogue that comes from the server. */
export type Listing = Omit<Catalogue, 'entryDigest' | 'asksClients' | 'probedAt'>

const anyResult = z.looseObject({})
const { tools, prompts, resources, resourceTemplates } = catalogueSchema.shape

/** Lists the tools, prompts, resources and templates of an upstream server. */
export async function listCatalogue(
  { client, era }: Connection,
  timeoutMs: number,
): Promise<Listing> {
  const capabilities = client.getServerCapabilities() ?? {}
  const pages = <Item extends Readonly<Record<string, unknown>>>(
    method: string,
    key: string,
    schema: z.ZodType<Item>,
  ) =>
    listPages(
      (cursor) => {
        const params = cursor === undefined ? {} : { cursor }
        return client.request({ method, params }, anyResult, { timeout: timeoutMs })
      },
      key,
      schema,
    )
  const none = Promise.resolve([])
  const hasResources = isRecord(capabilities.resources)
  const [listedTools, listedPrompts, listedResources, listedTemplates] = await Promise.all([
    isRecord(capabilities.tools) ? pages('tools/list', 'tools', tools.element) : none,
    isRecord(capabilities.prompts) ? pages('prompts/list', 'prompts', prompts.element) : none,
    hasResources ? pages('resources/list', 'resources', resources.element) : none,
    hasResources
      ? // Servers with resources need not have templates.
        pages('resources/templates/list', 'resourceTemplates', resourceTemplates.element).catch(
          () => [],
        )
      : none,
  ])
  const discover = client.getDiscoverResult()
  const serverInfo = client.getServerVersion()
  const instructions = client.getInstructions()
  return {
    era,
    capabilities: { ...capabilities },
    ...(discover === undefined ? {} : { discover: { ...discover } }),
    ...(serverInfo === undefined ? {} : { serverInfo: { ...serverInfo } }),
    ...(instructions === undefined ? {} : { instructions }),
    tools: listedTools,
    prompts: listedPrompts,
    resources: listedResources,
    resourceTemplates: listedTemplates,
  }
}
