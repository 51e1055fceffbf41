import { isRecord } from '@mcp/protocol'

import type { OutputBudget } from './output-budget.ts'
import type { MustacheNode } from './parse-mustache.ts'
import { parseMustache } from './parse-mustache.ts'
import type { TemplateEngine } from './template-engine.ts'
import { positionOf, templateError } from './template-problem.ts'

type Found = { readonly value: unknown } | undefined

interface Rendering {
  readonly template: string
  readonly budget: OutputBudget
  readonly output: string[]
}

/**
 * Mustache without lambdas, partials and other delimiters. Prompts are text, so nothing is escaped for
 * HTML; a name that is not there is an error; lists and objects are written as JSON.
 */
export const mustacheEngine: TemplateEngine = {
  compile(template) {
    const nodes = parseMustache(template)
    return {
      variables: Array.from(new Set(namesFromOutside(nodes))),
      render(view, budget) {
        const output: string[] = []
        renderNodes(nodes, [view], { template, budget, output })
        return output.join('')
      },
    }
  },
}

/** What stands outside of every section: inside, a name may be a field of an item. */
function namesFromOutside(nodes: readonly MustacheNode[]): string[] {
  return nodes.flatMap((node) =>
    node.kind === 'text' || node.name === '.' ? [] : node.name.split('.', 1),
  )
}

function renderNodes(
  nodes: readonly MustacheNode[],
  frames: unknown[],
  rendering: Rendering,
): void {
  for (const node of nodes) {
    rendering.budget.step()
    if (node.kind === 'text') write(node.text, rendering)
    else if (node.kind === 'value') {
      const found = lookUp(node.name, frames, rendering)
      if (found === undefined) throw missing(node, rendering)
      write(textOf(found.value), rendering)
    } else renderSection(node, frames, rendering)
  }
}

function renderSection(
  node: Extract<MustacheNode, { kind: 'section' }>,
  frames: unknown[],
  rendering: Rendering,
): void {
  const found = lookUp(node.name, frames, rendering)
  // A field of an item may be left out; an argument that nobody gave is an error.
  if (found === undefined && frames.length === 1 && !isArgument(node.name, frames)) {
    throw missing(node, rendering)
  }
  const value = found?.value
  const isEmpty = !value || (Array.isArray(value) && value.length === 0)
  if (node.isInverted !== isEmpty) return
  if (node.isInverted || value === true) return renderNodes(node.children, frames, rendering)
  for (const item of Array.isArray(value) ? value : [value]) {
    frames.push(item)
    renderNodes(node.children, frames, rendering)
    frames.pop()
  }
}

/** The value of a name: its first part is looked for from the innermost frame outwards. */
function lookUp(name: string, frames: readonly unknown[], { budget }: Rendering): Found {
  if (name === '.') return { value: frames.at(-1) }
  const [first = '', ...others] = name.split('.')
  for (const frame of frames.toReversed()) {
    budget.step()
    let found = ownValue(frame, first)
    if (found === undefined) continue
    for (const part of others) found = found && ownValue(found.value, part)
    return found
  }
  return undefined
}

function isArgument(name: string, frames: readonly unknown[]): boolean {
  return ownValue(frames[0], name.split('.', 1).join('')) !== undefined
}

/** Nothing inherited is ever found: neither `constructor` nor `toString` is anybody's own. */
function ownValue(holder: unknown, key: string): Found {
  if (Array.isArray(holder) && /^\d+$/.test(key) && Object.hasOwn(holder, key)) {
    return { value: holder[Number(key)] }
  }
  return isRecord(holder) && Object.hasOwn(holder, key) ? { value: holder[key] } : undefined
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value, undefined, 2)
}

function write(text: string, { budget, output }: Rendering): void {
  budget.write(text.length)
  output.push(text)
}

function missing({ name, at }: { name: string; at: number }, { template }: Rendering) {
  return templateError({
    reason: 'missing-argument',
    argument: name,
    message: `"${name}" is used here and was not given`,
    ...positionOf(template, at),
  })
}
