import type { Tree } from '@nx/devkit'

/** A line to add to a list in a file. */
export interface ListLine {
  readonly file: string
  /** The start of the list, such as `const apps = [`. */
  readonly opening: string
  readonly line: string
}

/**
 * Adds a line at the end of a list with one entry per line.
 *
 * @throws Error if the list does not exist, or already has the line.
 */
export function addToList(tree: Tree, { file, opening, line }: ListLine): void {
  const text = readText(tree, file)
  const start = text.indexOf(opening)
  if (start === -1) throw new Error(`${file} has no list that starts with "${opening}".`)
  const end = closingBracket(text, start + opening.length)
  if (end === undefined) throw new Error(`In ${file} the list "${opening}" has no end.`)
  const before = text.slice(0, end).trimEnd()
  if (text.slice(start, end).includes(line.trim())) {
    throw new Error(`${file} has "${line.trim()}" already.`)
  }
  const comma = /[[,]$/.test(before) ? '' : ','
  tree.write(file, `${before}${comma}\n${line}\n${text.slice(end)}`)
}

/** Returns the position of the closing bracket for the opening bracket just before `from`. */
function closingBracket(text: string, from: number): number | undefined {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if ('[({'.includes(character)) depth++
    if ('])}'.includes(character) && --depth === 0) return at
  }
  return undefined
}

/** Adds an import to the imports of a file, in alphabetical order. */
export function addImport(tree: Tree, file: string, statement: string): void {
  const text = readText(tree, file)
  const imports = Array.from(text.matchAll(/^import [\s\S]*?from '.*'$/gm))
  const specifier = specifierOf(statement)
  const next = imports.find(
    ([found]) => isSameGroup(specifierOf(found), specifier) && specifierOf(found) > specifier,
  )
  if (next !== undefined) {
    tree.write(file, `${text.slice(0, next.index)}${statement}\n${text.slice(next.index)}`)
    return
  }
  const last = imports.findLast(([found]) => isSameGroup(specifierOf(found), specifier))
  if (last === undefined) throw new Error(`${file} has no import to add to.`)
  const end = last.index + last[0].length
  tree.write(file, `${text.slice(0, end)}\n${statement}${text.slice(end)}`)
}

export function readText(tree: Tree, file: string): string {
  const text = tree.read(file, 'utf8')
  if (text === null) throw new Error(`${file} does not exist; is this the root of the workspace?`)
  return text
}

const specifierOf = (statement: string): string => /from '(.*)'$/.exec(statement)?.[1] ?? ''

const isSameGroup = (left: string, right: string): boolean =>
  left.startsWith('.') === right.startsWith('.')
