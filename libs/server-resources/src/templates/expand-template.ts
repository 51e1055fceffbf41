import { invalidParam } from '@mcp/server'

import type { TemplateVariables } from '../providers/resource-provider.ts'
import { parseUriTemplate } from './uri-template.ts'

const maxLength = 8192

/**
 * Fills the variables in, as RFC 6570 says. A variable without a value is left out.
 *
 * @throws McpError `invalid-params` for a template that is none, or values that no URI can hold.
 */
export async function expandTemplate(
  template: string,
  variables: TemplateVariables,
): Promise<string> {
  // The library takes what is no template for literal text.
  parseUriTemplate(template)
  const { parseTemplate } = await import('url-template')
  let uri: string
  try {
    uri = parseTemplate(template).expand(ownValues(variables))
  } catch (cause) {
    throw invalidParam('variables', 'a value is not valid Unicode', { cause })
  }
  if (uri.length <= maxLength) return uri
  throw invalidParam('variables', `the URI would be longer than ${maxLength} characters`)
}

/** The library reads whatever a plain object answers to, "constructor" among it. */
function ownValues(variables: TemplateVariables) {
  const values: Record<string, string | string[] | Record<string, string>> = Object.create(null)
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === 'string') values[name] = value
    else if (isList(value)) values[name] = [...value]
    else values[name] = { ...value }
  }
  return values
}

function isList(
  value: readonly string[] | Readonly<Record<string, string>>,
): value is readonly string[] {
  return Array.isArray(value)
}
