import { serverOf } from '../tools/tool-name.ts'
import type { CatalogueOperation } from '../tools/tool-name.ts'
import { propertiesOf } from '../tools/flat-schema.ts'
import { canonicalJson } from '../canonical-json.ts'
import { operationPath } from './operation-pattern.ts'

/**
 * A decision that applies to later calls of an operation. It does not apply once a part of the operation that
 * `digest` covers has changed.
 */
export interface Grant {
  readonly server: string
  /** Target and operation, such as `calculator.add`, or the operation alone. */
  readonly operation: string
  /**
   * SHA-256 of the address, the title, the description, the hints and the schemas of the parameters and the
   * target, in hexadecimal.
   */
  readonly digest: string
  /** Parts of the operation, from which changes are reported. */
  readonly described: DescribedOperation
  readonly scope: 'conversation' | 'always'
  /** If set, the grant applies only to calls that name this host and no other. */
  readonly host?: string | undefined
}

/** Parts of an operation at the time of a decision. */
export interface DescribedOperation {
  readonly description: string
  /** Names of the hints that are true. */
  readonly hints: readonly string[]
  /** Schemas of the parameters as JSON, by name. Long schemas are cut. */
  readonly parameters: Readonly<Record<string, string>>
}

/** Creates the grant for a decision. */
export async function createGrant(
  operation: CatalogueOperation,
  { scope, host }: Pick<Grant, 'scope' | 'host'>,
): Promise<Grant> {
  return {
    server: serverOf(operation),
    operation: operationPath(operation),
    digest: await digestOf(operation),
    described: describe(operation),
    scope,
    ...(host === undefined ? {} : { host }),
  }
}

/** Whether a grant names an operation. The digests are not compared. */
export function isAbout(grant: Grant, operation: CatalogueOperation): boolean {
  return grant.server === serverOf(operation) && grant.operation === operationPath(operation)
}

const digests = new WeakMap<CatalogueOperation, Promise<string>>()

/** Returns the digest of the parts of an operation that a user decides about. */
export function digestOf(operation: CatalogueOperation): Promise<string> {
  const known = digests.get(operation) ?? hash(operation)
  digests.set(operation, known)
  return known
}

async function hash(operation: CatalogueOperation): Promise<string> {
  const { type, targetKey, target, title, description, hints } = operation
  const { paramsSchema, targetSchema } = operation
  const details = { type, targetKey, target, title, description, hints, paramsSchema, targetSchema }
  const bytes = new TextEncoder().encode(canonicalJson({ ...details, name: operation.operation }))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const maxSchemaChars = 200

function describe({ description, hints, paramsSchema }: CatalogueOperation): DescribedOperation {
  const parameters = Object.entries(propertiesOf(paramsSchema)).map(([name, schema]) => [
    name,
    canonicalJson(schema).slice(0, maxSchemaChars),
  ])
  return {
    description,
    hints: Object.entries(hints).flatMap(([name, isSet]) => (isSet ? [name] : [])),
    parameters: Object.fromEntries(parameters),
  }
}

/** Returns the changes of an operation since a decision or an earlier description, one line each. */
export function changesSince(
  earlier: Grant | CatalogueOperation,
  operation: CatalogueOperation,
): string[] {
  const before = 'described' in earlier ? earlier.described : describe(earlier)
  const after = describe(operation)
  const names = new Set([...Object.keys(before.parameters), ...Object.keys(after.parameters)])
  const changes = [
    ...changeOf('description', before.description, after.description),
    ...changeOf('hints', before.hints.join(', '), after.hints.join(', ')),
    ...[...names].flatMap((name) =>
      changeOf(`parameter "${name}"`, before.parameters[name], after.parameters[name]),
    ),
  ]
  return changes.length === 0
    ? ['Another part of the operation has changed, such as its title.']
    : changes
}

function changeOf(part: string, before: string | undefined, after: string | undefined): string[] {
  if (before === after) return []
  if (before === undefined) return [`${part} added: ${after}`]
  if (after === undefined) return [`${part} removed`]
  return [`${part} changed from ${JSON.stringify(before)} to ${JSON.stringify(after)}`]
}
