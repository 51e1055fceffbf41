import { positionOf, templateError } from './template-problem.ts'

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

const deepest = 32

// What a tag starts with, and why it is refused.
const refused: ReadonlyMap<string, string> = new Map([
  ['>', 'partials are not available: a prompt is one text; write it out'],
  ['<', 'parents are not available: a prompt is one text; write it out'],
  ['$', 'blocks are not available: a prompt is one text; write it out'],
  ['=', 'the delimiters cannot be changed: tags are written {{name}}'],
])

/**
 * Reads a mustache template, in time that grows with its length alone.
 *
 * Not with mustache.js: what is never closed it places at the end of the template instead of where it
 * begins, it accepts partials and other delimiters, and renders inherited names and what is missing, so that
 * the renderer and half of what is here would be needed beside it.
 *
 * @throws McpError `invalid-params`, reason `template-syntax`, with line and column.
 */
export function parseMustache(template: string): readonly MustacheNode[] {
  const root: MustacheNode[] = []
  const open: Section[] = []
  for (const piece of withoutTagLines(split(template))) {
    const into = open.at(-1)?.children ?? root
    if ('text' in piece) into.push({ kind: 'text', text: piece.text })
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
      into.push(section)
      open.push(section)
      if (open.length > deepest)
        throw syntaxError(template, at, `sections nest deeper than ${deepest}`)
    } else if (piece.sigil !== '!') into.push({ kind: 'value', name: piece.name, at: piece.at })
  }
  const unclosed = open.at(-1)
  if (unclosed === undefined) return root
  const { name, at } = unclosed
  throw syntaxError(template, at, `the section "${name}" is never closed; end it with {{/${name}}}`)
}

function close(template: string, { name, at }: Tag, opened: Section | undefined): void {
  if (opened?.name === name) return
  const why =
    opened === undefined
      ? `{{/${name}}} closes a section that was never opened`
      : `{{/${name}}} stands where {{/${opened.name}}} is due`
  throw syntaxError(template, at, why)
}

/** Text, cut after each line break, and tags. */
function split(template: string): Piece[] {
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
  if (close === -1)
    throw syntaxError(template, at, `this tag is never closed; end it with ${closing}`)

  const inner = template.slice(start, close).trim()
  const end = close + closing.length
  const sigil = !isTriple && /^[#^/!&><$=]/.test(inner) ? inner.charAt(0) : ''
  if (sigil === '!') return { tag: { sigil, name: '', at }, end }

  const why = refused.get(sigil)
  if (why !== undefined) throw syntaxError(template, at, why)
  const name = inner.slice(sigil.length).trim()
  if (!/^(?:\.|[^\s.{}]+(?:\.[^\s.{}]+)*)$/.test(name)) {
    const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name
    throw syntaxError(template, at, `"${shown}" is not a name; tags are written {{name}}`)
  }
  return { tag: { sigil, name, at }, end }
}

/** Lines that hold nothing but sections' tags and comments leave no empty line behind. */
function withoutTagLines(pieces: readonly Piece[]): Piece[] {
  const kept: Piece[] = []
  let line: Piece[] = []
  const endLine = () => {
    const hasTag = line.some((piece) => 'sigil' in piece)
    const isBare = hasTag && line.every(isSilent)
    kept.push(...(isBare ? line.filter((piece) => 'sigil' in piece) : line))
    line = []
  }
  for (const piece of pieces) {
    line.push(piece)
    if ('text' in piece && piece.text.endsWith('\n')) endLine()
  }
  endLine()
  return kept
}

function isSilent(piece: Piece): boolean {
  return 'text' in piece ? piece.text.trim() === '' : /^[#^/!]$/.test(piece.sigil)
}

function syntaxError(template: string, at: number, message: string) {
  return templateError({ reason: 'template-syntax', message, ...positionOf(template, at) })
}
