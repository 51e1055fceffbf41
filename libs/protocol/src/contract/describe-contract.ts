import * as z from 'zod'

import { contentResult } from './content-result.ts'
import type { Contract } from './contract.ts'
import { isRecord } from '../is-record.ts'
import { once } from '../once.ts'
import type { Operation, OperationHints, Schema } from './operation.ts'
import { inlineTopLevel, splitTarget } from './describe-params.ts'
import type { DescribedParams } from './describe-params.ts'
import type { JsonSchema } from './json-schema.ts'
import type {
  ExampleDescription,
  OperationDescription,
  Route,
  ServerDescription,
} from './server-description.ts'

/** Converts the input or the output of a schema to JSON Schema. */
export function toJsonSchema(schema: Schema, io: 'input' | 'output'): JsonSchema {
  // zod omits refinements, because JSON Schema cannot express them. For a type that JSON Schema cannot express,
  // zod throws by default. With `any`, it writes a schema that accepts any value.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}

/** Describes a contract as plain data. `source` is the `metadata.source` of the server's envelopes. */
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

export interface OperationAddress {
  readonly type: string
  readonly targetKey: string
  /** The only target of the operation, such as `calculator`. Default: the caller chooses the target. */
  readonly target?: string | undefined
}

/**
 * Describes one operation for the catalogue. If the caller chooses the target, the schema of the
 * params does not contain the target, because a request has it next to the params. The JSON Schemas
 * are built when they are first read, because a program does not need them at startup.
 */
export function describeOperation(
  name: string,
  operation: Operation,
  { type, targetKey, target }: OperationAddress,
): OperationDescription {
  const { title, description, hints, audience = 'model', core, definition, errors = [] } = operation
  const params = once(() => {
    const flat = toJsonSchema(operation.params, 'input')
    return target === undefined ? splitTarget(flat, targetKey) : wholeParams(inlineTopLevel(flat))
  })
  const resultSchema = once(() => toJsonSchema(operation.result, 'output'))
  const chunkSchema = once(() =>
    operation.chunk === undefined ? undefined : toJsonSchema(operation.chunk, 'output'),
  )
  const examples = once(() =>
    operation.examples.map((example) => describeExample(example, targetKey, target)),
  )
  return {
    type,
    targetKey,
    ...(target === undefined ? {} : { target }),
    operation: name,
    title,
    description,
    hints: completeHints(hints),
    audience,
    ...(core === true ? { core } : {}),
    ...(definition === undefined ? {} : { definition }),
    errors,
    get paramsSchema() {
      return params().paramsSchema
    },
    get targetSchema() {
      return params().targetSchema
    },
    get targetRequired() {
      return params().targetRequired
    },
    get resultSchema() {
      return resultSchema()
    },
    get returnsContent() {
      return operation.result === contentResult() ? true : undefined
    },
    get chunkSchema() {
      return chunkSchema()
    },
    get examples() {
      return examples()
    },
  }
}

const wholeParams = (paramsSchema: JsonSchema): DescribedParams => ({
  paramsSchema,
  targetSchema: undefined,
  targetRequired: true,
})

/** Returns hints with their defaults filled in. */
export function completeHints(hints: OperationHints = {}): Required<OperationHints> {
  const { readOnly = false, idempotent = readOnly, destructive = false } = hints
  const { openWorld = false, interactive = false } = hints
  return { readOnly, idempotent, destructive, openWorld, interactive }
}

function describeExample(
  { title, params, result, requires }: Operation['examples'][number],
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
    ...(requires === undefined ? {} : { requires }),
  }
}
