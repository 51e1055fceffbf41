import type { resources } from '@mcp/contracts/resources'
import type { Handlers } from '@mcp/server'
import { invalidParam, notFound, pageItems } from '@mcp/server'

import type { ProviderRegistry } from '../providers/provider-registry.ts'
import type { ResourceProvider, ResourceTemplate } from '../providers/resource-provider.ts'
import { expandTemplate } from './expand-template.ts'
import { parseUriTemplate, variableNames } from './uri-template.ts'

type TemplateHandlers = Pick<Handlers<typeof resources>, 'listTemplates' | 'expand' | 'complete'>

const maxValues = 100

interface TemplateEntry {
  readonly provider: ResourceProvider
  readonly template: ResourceTemplate
  readonly variables: readonly string[]
}

/** Creates the handlers that list and expand URI templates and complete their variables. */
export function createTemplateHandlers({ providers }: ProviderRegistry): TemplateHandlers {
  const entries = new Map<string, TemplateEntry>()
  for (const provider of providers) {
    for (const template of provider.templates ?? []) {
      const variables = variableNames(parseUriTemplate(template.uriTemplate))
      entries.set(template.uriTemplate, { provider, template, variables })
    }
  }
  const listed = Array.from(entries.values(), ({ template, variables }) => {
    const { uriTemplate, name, description, mimeType } = template
    return { uriTemplate, name, description, mimeType, variables: [...variables] }
  })

  return {
    listTemplates({ query = '', ...page }) {
      const lower = query.toLowerCase()
      const found = listed.filter(({ uriTemplate, name, description = '' }) =>
        [uriTemplate, name, description].some((text) => text.toLowerCase().includes(lower)),
      )
      return pageItems(found, page, ({ uriTemplate }) => uriTemplate)
    },
    expand: async ({ template, variables }) => ({ uri: await expandTemplate(template, variables) }),
    async complete({ template, variable, value, context }, { signal, markUntrusted }) {
      markUntrusted()
      const found = entries.get(template)
      if (found === undefined) throw notFound('template', template, entries.keys())
      const { provider, variables } = found
      if (!variables.includes(variable)) {
        throw invalidParam('variable', `unknown variable; the template has ${variables.join(', ')}`)
      }
      const limit = maxValues + 1
      const request = { template, variable, value, context, limit, signal }
      const values = (await provider.complete?.(request)) ?? []
      return { values: values.slice(0, maxValues), hasMore: values.length > maxValues }
    },
  }
}
