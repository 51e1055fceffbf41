// Declares the bundle for other packages that compile this source file.
/// <reference path="./mathjs-bundle.d.ts" />
import { McpError } from '@mcp/protocol'
import type { ParamPath } from '@mcp/server'
import { invalidParam } from '@mcp/server'
import type { MathJsInstance, MathNode } from 'mathjs'

import { isStackOverflow } from '../../sandbox/stack-overflow.ts'
import { defineUnits } from './units.ts'

/** An instance of mathjs with a restricted parser. Use it only in the sandbox. */
export interface Engine {
  readonly math: MathJsInstance
  /**
   * Parses an expression. Rejects names with which a caller could change mathjs or run unchecked code.
   */
  parse(expression: string, path: ParamPath): MathNode
}

const settings = {
  /** Decimals of 64 digits. */
  exact: { number: 'BigNumber', precision: 64 },
  /** Plain numbers, for functions that do not accept decimals. */
  plain: {},
} as const

const engines = new Map<keyof typeof settings, Promise<Engine>>()

/** Returns the engine with these settings. Creates it on first use. */
export function loadEngine(kind: keyof typeof settings): Promise<Engine> {
  const engine = engines.get(kind) ?? createEngine(kind)
  engines.set(kind, engine)
  return engine
}

async function createEngine(kind: keyof typeof settings): Promise<Engine> {
  // The bundle loads in 80 ms. The package has more than a thousand modules, which load in a second.
  const { default: bundle } = await import('mathjs/lib/browser/math.js')
  const math = bundle.create(settings[kind])
  defineUnits(math, kind === 'exact' ? (text) => math.bignumber(text) : Number)
  const { parse } = math
  if (kind === 'plain') {
    // These two functions capture `parse` on their first use, so they must run before `parse` is
    // overridden.
    math.derivative('x', 'x')
    math.simplify('x')
  }
  math.import({ ...overrides(), string: stringOfValue(math) }, { override: true })

  return {
    math,
    parse(expression, path) {
      try {
        const node: MathNode = parse(expression)
        node.traverse((part) => check(part, math, path))
        return node
      } catch (thrown) {
        throw toExpressionError(thrown, path, 'expression-syntax')
      }
    },
  }
}

// Names of functions that change mathjs, or that parse, build or run expressions given as text.
const refused: ReadonlySet<string> = new Set(
  (
    'import createUnit config reviver replacer help typed chain parse parser compile evaluate ' +
    'derivative simplify simplifyCore simplifyConstant rationalize resolve symbolicEqual leafCount'
  ).split(' '),
)

// With `constructor` or a prototype, an expression could run JavaScript code. `toString` of a function
// returns source code of mathjs.
const refusedProperties: ReadonlySet<unknown> = new Set([
  'constructor',
  'prototype',
  '__proto__',
  'toString',
  'toLocaleString',
])

function check(node: MathNode, math: MathJsInstance, path: ParamPath): void {
  const isRefused =
    math.isSymbolNode(node) || math.isFunctionAssignmentNode(node)
      ? refused.has(node.name) || refusedProperties.has(node.name)
      : math.isConstantNode(node) && refusedProperties.has(node.value)
  if (!isRefused) return
  throw invalidParam(
    path,
    `"${node.toString().replaceAll('"', '')}" is not available in expressions`,
    {
      reason: 'expression-refused',
    },
  )
}

// Replacements that throw. They are a second defence if an expression passes `check` by mistake. Other
// rejected functions, such as `typed` and `chain`, are not replaced, because mathjs uses them itself.
function overrides(): Record<string, () => never> {
  const refuse = () => {
    throw new Error('This function is not available in expressions.')
  }
  const names = ['import', 'createUnit', 'reviver', 'help', 'parse', 'evaluate']
  return Object.fromEntries(names.map((name) => [name, refuse]))
}

/**
 * Returns a replacement for the function `string`. It rejects functions as arguments, because their
 * text is source code of mathjs.
 */
function stringOfValue(math: MathJsInstance): (value: unknown) => unknown {
  const string = math.string.bind(math)
  return (value) => {
    if (typeof value === 'function') throw new Error('A function cannot be converted to a string.')
    const text: unknown = Reflect.apply(string, undefined, [value])
    return text
  }
}

/** Converts an error of mathjs to an error of the parameter that contains the expression. */
export function toExpressionError(
  thrown: unknown,
  path: ParamPath,
  reason: 'expression-syntax' | 'expression-failed',
): unknown {
  if (!(thrown instanceof Error) || McpError.is(thrown)) return thrown
  const message = isStackOverflow(thrown)
    ? 'the expression nests too deep, or a function in it recurses infinitely'
    : thrown.message.slice(0, 300)
  return invalidParam(path, message, { reason, cause: thrown })
}
