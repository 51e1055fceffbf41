import { createHub } from '@mcp/hub'
import type { JsonSchema, OperationDescription, ServerListing } from '@mcp/protocol'

/** Returns one page per built-in server, by path below `docs/reference`. */
export async function operationPages(): Promise<Map<string, string>> {
  const hub = createHub()
  const servers = await hub.dispatcher.servers()
  await hub.close()
  return new Map(servers.map((server) => [`operations/${server.name}.md`, serverPage(server)]))
}

function serverPage({ name, version, operations, notifications }: ServerListing): string {
  const parts = [
    `# Operations of the ${name} server`,
    `Written by \`npm run docs\` from the contract, version ${version}.`,
    operations
      .map(({ title, target, operation }) => {
        const label = labelOf(target, operation)
        return `- [\`${label}\`](#${anchorOf(label)}): ${title}`
      })
      .join('\n'),
    ...operations.map((operation) => operationSection(name, operation)),
  ]
  const types = Object.entries(notifications)
  if (types.length > 0) {
    parts.push('## Notifications')
    for (const [type, schema] of types) parts.push(`### ${type}`, block('json', schema))
  }
  return `${parts.join('\n\n')}\n`
}

function operationSection(serverName: string, operation: OperationDescription): string {
  const { type, targetKey, target, title, description, hints, audience, errors, examples } =
    operation
  const path = [serverName, ...(target === undefined ? [] : [target]), operation.operation].join(
    '/',
  )
  const effects = Object.entries(hints).flatMap(([hint, holds]) => (holds ? [hint] : []))
  const parts = [
    `## ${labelOf(target, operation.operation)}`,
    `**${title}.** ${description}`,
    [
      `- Request: type \`${type}\`, ${targetKey} ${target === undefined ? (operation.targetRequired ? 'required' : 'optional') : `\`${target}\``}, operation \`${operation.operation}\``,
      `- HTTP: \`POST /sessions/{sessionId}/${path}\``,
      `- Hints: ${effects.length === 0 ? 'none' : effects.join(', ')}. Audience: ${audience}.`,
      `- Errors: ${errors.length === 0 ? 'only the common ones' : errors.map((code) => `\`${code}\``).join(', ')}`,
    ].join('\n'),
    '**Params**',
    paramsTable(operation),
    '**Result**',
    block('json', operation.resultSchema),
  ]
  if (operation.chunkSchema !== undefined)
    parts.push('**Chunk**', block('json', operation.chunkSchema))
  for (const example of examples) {
    const payload = {
      ...(example.target === undefined ? {} : { [targetKey]: example.target }),
      operation: operation.operation,
      params: example.params,
    }
    parts.push(`**Example**: ${example.title ?? title}`, block('json', { type, payload }))
    if (example.result !== undefined) parts.push('Result:', block('json', example.result))
  }
  return parts.join('\n\n')
}

function paramsTable({
  paramsSchema,
  targetKey,
  targetSchema,
  targetRequired,
}: OperationDescription) {
  const required = new Set(Array.isArray(paramsSchema['required']) ? paramsSchema['required'] : [])
  const rows = Object.entries(Object(paramsSchema['properties'] ?? {})).map(([name, schema]) =>
    row(name, Object(schema), required.has(name)),
  )
  if (targetSchema !== undefined) rows.unshift(row(targetKey, targetSchema, targetRequired))
  if (rows.length === 0) return 'None.'
  return ['| name | type | required | description |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

function row(name: string, schema: JsonSchema, isRequired: boolean): string {
  const preset =
    schema['default'] === undefined ? '' : ` Default: \`${JSON.stringify(schema['default'])}\`.`
  const cells = [
    `\`${name}\``,
    typeOf(schema),
    isRequired ? 'yes' : 'no',
    `${textOf(schema['description'], '')}${preset}`,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
}

function typeOf(schema: JsonSchema): string {
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((value) => `\`${JSON.stringify(value)}\``).join(', ')
  if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``
  if (schema['type'] === 'array') return `array of ${typeOf(Object(schema['items'] ?? {}))}`
  const variants = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(variants))
    return variants.map((variant) => typeOf(Object(variant))).join(' or ')
  return textOf(schema['type'], 'any')
}

function textOf(value: unknown, missing: string): string {
  return typeof value === 'string' ? value : missing
}

function labelOf(target: string | undefined, operation: string): string {
  return target === undefined ? operation : `${target}.${operation}`
}

function anchorOf(label: string): string {
  return label.toLowerCase().replaceAll('.', '')
}

function block(language: string, value: unknown): string {
  return `\`\`\`${language}\n${JSON.stringify(value, undefined, 2)}\n\`\`\``
}
