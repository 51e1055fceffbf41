import { positionOf, templateError } from './template-error.ts'

/** A part of a mustache template. */
export type MustacheNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string; readonly at: number }
  | {
      readonly kind: 'section'
      readonly name: string
      readonly at: number
      readonly isInverted: boolean
      readonly children: MustacheNode[]
    }

type Section = Extract<MustacheNode, { kind: 'section' }>

interface Tag {
  readonly sigil: string
  readonly name: string
  readonly at: number
}

type Piece = { readonly text: string } | Tag

const maxDepth = 32

// Errors by the sigil of an unsupported tag. The sigil is the character after the opening braces.
const unsupported: ReadonlyMap<string, string> = new Map([
  ['>', 'partials are not supported; include their text'],
  ['<', 'parents are not supported; include their text'],
  ['$', 'blocks are not supported; include their text'],
  ['=', 'custom delimiters are not supported; write {{name}}'],
])

/**
 * Parses a mustache template, in linear time.
 *
 * mustache.js is not used. It reports an unclosed tag at the end of the template instead of at the start
 * of the tag, accepts partials and custom delimiters, and renders inherited and missing names. With
 * mustache.js, the renderer and half of this parser would still be needed.
 *
 * @throws McpError `invalid-params`, reason `template-syntax`, with line and column.
 */
export function parseMustache(template: string): readonly MustacheNode[] {
  const root: MustacheNode[] = []
  const open: Section[] = []
  for (const piece of withoutTagLines(tokenize(template))) {
    const target = open.at(-1)?.children ?? root
    if ('text' in piece) target.push({ kind: 'text', text: piece.text })
    else if (piece.sigil === '/') close(template, piece, open.pop())
    else if (piece.sigil === '#' || piece.sigil === '^') {
      const { name, at, sigil } = piece
      const section: Section = {
        kind: 'section',
        name,
        at,
        isInverted: sigil === '^',
        children: [],
      }
      target.push(section)
      open.push(section)
      if (open.length > maxDepth)
        throw syntaxError(template, at, `sections are nested more than ${maxDepth} levels deep`)
    } else if (piece.sigil !== '!') target.push({ kind: 'value', name: piece.name, at: piece.at })
  }
  const unclosed = open.at(-1)
  if (unclosed === undefined) return root
  const { name, at } = unclosed
  throw syntaxError(template, at, `the section "${name}" is not closed; add {{/${name}}}`)
}

function close(template: string, { name, at }: Tag, opened: Section | undefined): void {
  if (opened?.name === name) return
  const problem =
    opened === undefined
      ? `{{/${name}}} closes a section that is not open`
      : `expected {{/${opened.name}}} instead of {{/${name}}}`
  throw syntaxError(template, at, problem)
}

/** Splits a template into tags and pieces of text. Text is split after each line break. */
function tokenize(template: string): Piece[] {
  const pieces: Piece[] = []
  let position = 0
  for (;;) {
    const at = template.indexOf('{{', position)
    const text = template.slice(position, at === -1 ? undefined : at)
    for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) pieces.push({ text: line })
    if (at === -1) return pieces
    const { tag, end } = readTag(template, at)
    pieces.push(tag)
    position = end
  }
}

function readTag(template: string, at: number): { tag: Tag; end: number } {
  const isTriple = template[at + 2] === '{'
  const closing = isTriple ? '}}}' : '}}'
  const start = at + closing.length
  const close = template.indexOf(closing, start)
  if (close === -1) throw syntaxError(template, at, `this tag is not closed; add ${closing}`)

  const inner = template.slice(start, close).trim()
  const end = close + closing.length
  const sigil = !isTriple && /^[#^/!&><$=]/.test(inner) ? inner.charAt(0) : ''
  if (sigil === '!') return { tag: { sigil, name: '', at }, end }

  const problem = unsupported.get(sigil)
  if (problem !== undefined) throw syntaxError(template, at, problem)
  const name = inner.slice(sigil.length).trim()
  if (!/^(?:\.|[^\s.{}]+(?:\.[^\s.{}]+)*)$/.test(name)) {
    const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name
    throw syntaxError(template, at, `"${shown}" is not a valid name; write {{name}}`)
  }
  return { tag: { sigil, name, at }, end }
}

/** Removes the white space of lines that contain only section tags and comments. */
function withoutTagLines(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = []
  let line: Piece[] = []
  const endLine = () => {
    const hasTag = line.some((piece) => 'sigil' in piece)
    const hasOnlyTags = hasTag && line.every(rendersNothing)
    result.push(...(hasOnlyTags ? line.filter((piece) => 'sigil' in piece) : line))
    line = []
  }
  for (const piece of pieces) {
    line.push(piece)
    if ('text' in piece && piece.text.endsWith('\n')) endLine()
  }
  endLine()
  return result
}

function rendersNothing(piece: Piece): boolean {
  return 'text' in piece ? piece.text.trim() === '' : /^[#^/!]$/.test(piece.sigil)
}

function syntaxError(template: string, at: number, message: string) {
  return templateError({ reason: 'template-syntax', message, ...positionOf(template, at) })
}
