import * as z from 'zod'

import type { Contract } from './contract.ts'
import { isRecord } from './is-record.ts'
import type { Operation, OperationHints, Schema } from './operation.ts'
import type {
  ExampleDescription,
  JsonSchema,
  OperationDescription,
  Route,
  ServerDescription,
} from './server-description.ts'

/** A schema as JSON Schema: what may be sent (`input`) or what comes back (`output`). */
export function toJsonSchema(schema: Schema, io: 'input' | 'output'): JsonSchema {
  // What JSON Schema cannot say (a refinement, a custom check) is left open rather than refused.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Everything a contract says, as plain data. */
export function describeContract(contract: Contract, source: string): ServerDescription {
  return {
    name: contract.name,
    source,
    version: contract.version,
    routes: routesOf(contract),
    operations: Object.entries(contract.operations).map(([name, operation]) =>
      describeOperation(name, operation, {
        type: contract.type,
        targetKey: contract.target,
        target: contract.fixedTarget,
      }),
    ),
    notifications: Object.fromEntries(
      Object.entries(contract.notifications ?? {}).map(([type, schema]) => [
        type,
        toJsonSchema(schema, 'output'),
      ]),
    ),
  }
}

function routesOf(contract: Contract): Route[] {
  const types = [contract.type, ...Object.keys(contract.aliases)]
  return types.map((type) => ({ type, targetKey: contract.target }))
}

export interface OperationPlace {
  readonly type: string
  readonly targetKey: string
  /** The one target this operation is for, such as `calculator`. */
  readonly target?: string | undefined
}

/** One operation as the catalogue lists it. The target leaves the params: on the wire it stands beside. */
export function describeOperation(
  name: string,
  operation: Operation,
  { type, targetKey, target }: OperationPlace,
): OperationDescription {
  const flat = toJsonSchema(operation.params, 'input')
  const { paramsSchema, targetSchema, targetRequired } =
    target === undefined
      ? splitTarget(flat, targetKey)
      : { paramsSchema: flat, targetSchema: undefined, targetRequired: true }
  return {
    type,
    targetKey,
    ...(target === undefined ? {} : { target }),
    operation: name,
    title: operation.title,
    description: operation.description,
    paramsSchema,
    ...(targetSchema === undefined ? {} : { targetSchema }),
    targetRequired,
    resultSchema: toJsonSchema(operation.result, 'output'),
    ...(operation.chunk === undefined
      ? {}
      : { chunkSchema: toJsonSchema(operation.chunk, 'output') }),
    hints: completeHints(operation.hints),
    audience: operation.audience ?? 'model',
    errors: operation.errors ?? [],
    examples: operation.examples.map((example) => describeExample(example, targetKey, target)),
  }
}

/** Hints with their defaults written out. */
export function completeHints(hints: OperationHints = {}): Required<OperationHints> {
  const { readOnly = false, idempotent = readOnly, destructive = false } = hints
  const { openWorld = false, interactive = false } = hints
  return { readOnly, idempotent, destructive, openWorld, interactive }
}

function splitTarget(flat: JsonSchema, targetKey: string) {
  const { properties, required, ...rest } = flat
  if (!isRecord(properties) || !Object.hasOwn(properties, targetKey)) {
    return { paramsSchema: flat, targetSchema: undefined, targetRequired: false }
  }
  const { [targetKey]: targetSchema, ...others } = properties
  const needed = Array.isArray(required) ? required.filter((key) => typeof key === 'string') : []
  const remaining = needed.filter((key) => key !== targetKey)
  return {
    paramsSchema: {
      ...rest,
      properties: others,
      ...(remaining.length === 0 ? {} : { required: remaining }),
    },
    targetSchema: isRecord(targetSchema) ? targetSchema : {},
    targetRequired: needed.includes(targetKey),
  }
}

function describeExample(
  { title, params, result }: Operation['examples'][number],
  targetKey: string,
  fixedTarget: string | undefined,
): ExampleDescription {
  const all = isRecord(params) ? params : {}
  const { [targetKey]: named, ...others } = all
  const target = fixedTarget ?? (typeof named === 'string' ? named : undefined)
  return {
    ...(title === undefined ? {} : { title }),
    ...(target === undefined ? {} : { target }),
    params: fixedTarget === undefined ? others : all,
    ...(result === undefined ? {} : { result }),
  }
}
