import { invalidParam } from '@mcp/server'

import type { TemplateVariables } from '../providers/resource-provider.ts'
import { parseUriTemplate } from './uri-template.ts'

const maxUriLength = 8192

/**
 * Expands a URI template as RFC 6570 specifies. A variable without a value is omitted.
 *
 * @throws McpError `invalid-params` if the template is invalid, a value is not well-formed Unicode or the
 *   URI would be too long.
 */
export async function expandTemplate(
  template: string,
  variables: TemplateVariables,
): Promise<string> {
  // Throws if the template is invalid. `url-template` would treat an invalid expression as literal text.
  parseUriTemplate(template)
  const { parseTemplate } = await import('url-template')
  let uri: string
  try {
    uri = parseTemplate(template).expand(ownValues(variables))
  } catch (cause) {
    throw invalidParam('variables', 'a value is not well-formed Unicode', { cause })
  }
  if (uri.length <= maxUriLength) return uri
  throw invalidParam('variables', `the URI would be longer than ${maxUriLength} characters`)
}

/**
 * Copies the variables to an object without a prototype, because `url-template` also reads inherited
 * properties such as "constructor".
 */
function ownValues(variables: TemplateVariables) {
  const values: Record<string, string | string[] | Record<string, string>> = Object.create(null)
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === 'string') values[name] = value
    // A list or map without members counts as undefined (RFC 6570, section 2.3).
    else if (isList(value)) {
      if (value.length > 0) values[name] = [...value]
    } else if (Object.keys(value).length > 0) values[name] = { ...value }
  }
  return values
}

function isList(
  value: readonly string[] | Readonly<Record<string, string>>,
): value is readonly string[] {
  return Array.isArray(value)
}
