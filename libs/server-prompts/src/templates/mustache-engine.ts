import { isRecord } from '@mcp/protocol'

import type { RenderBudget } from './render-budget.ts'
import type { MustacheNode } from './parse-mustache.ts'
import { parseMustache } from './parse-mustache.ts'
import type { TemplateEngine } from './template-engine.ts'
import { positionOf, templateError } from './template-error.ts'

/** Result of looking up a name. Undefined if the name does not exist. */
type Lookup = { readonly value: unknown } | undefined

interface Rendering {
  readonly template: string
  readonly budget: RenderBudget
  readonly output: string[]
}

/**
 * Mustache without lambdas, partials and custom delimiters. HTML is not escaped, because prompts are
 * text. An unknown argument is an error. Lists and objects are rendered as JSON.
 */
export const mustacheEngine: TemplateEngine = {
  compile(template) {
    const nodes = parseMustache(template)
    return {
      variables: Array.from(new Set(outerNames(nodes))),
      render(view, budget) {
        const output: string[] = []
        renderNodes(nodes, [view], { template, budget, output })
        return output.join('')
      },
    }
  },
}

/**
 * Returns the arguments that are used outside of sections or as sections. Names inside a section are
 * excluded, because they may be fields of an item.
 */
function outerNames(nodes: readonly MustacheNode[]): string[] {
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
      if (found === undefined) throw missingArgument(node, rendering)
      write(formatValue(found.value), rendering)
    } else renderSection(node, frames, rendering)
  }
}

function renderSection(
  node: Extract<MustacheNode, { kind: 'section' }>,
  frames: unknown[],
  rendering: Rendering,
): void {
  const found = lookUp(node.name, frames, rendering)
  // An item of an outer section, or an argument, may lack a field. A missing argument is an error.
  if (found === undefined && frames.length === 1 && !isArgument(node.name, frames)) {
    throw missingArgument(node, rendering)
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

/**
 * Looks up a name. The frames are the arguments and then the items of the sections around the name. The
 * innermost frame with the first part of a dotted name determines the value.
 */
function lookUp(name: string, frames: readonly unknown[], { budget }: Rendering): Lookup {
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

/** Returns an own property of an object or an element of a list, never an inherited property. */
function ownValue(holder: unknown, key: string): Lookup {
  if (Array.isArray(holder) && /^\d+$/.test(key) && Object.hasOwn(holder, key)) {
    return { value: holder[Number(key)] }
  }
  return isRecord(holder) && Object.hasOwn(holder, key) ? { value: holder[key] } : undefined
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value, undefined, 2)
}

function write(text: string, { budget, output }: Rendering): void {
  budget.write(text.length)
  output.push(text)
}

function missingArgument({ name, at }: { name: string; at: number }, { template }: Rendering) {
  return templateError({
    reason: 'missing-argument',
    argument: name,
    message: `"${name}" is used but has no value`,
    ...positionOf(template, at),
  })
}
