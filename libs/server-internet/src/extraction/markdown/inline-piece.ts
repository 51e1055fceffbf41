/** Bits of the formats that surround a piece of inline content. */
export const format = { strong: 1, emphasis: 2, deleted: 4 } as const

/** A piece of inline content between two changes of format. */
export interface InlinePiece {
  /**
   * `text` is unescaped text, `space` white space, `break` a line break, `blank` several line breaks, `edge`
   * the start or end of a block, `code` the content of a code span, `raw` Markdown.
   */
  readonly kind: 'text' | 'space' | 'break' | 'blank' | 'edge' | 'code' | 'raw'
  readonly value: string
  /** Bits of `format`. */
  readonly formats: number
}

/**
 * Collapses white space like a browser, and separates it from the text. Removes the formats of white space at
 * the edge of formatted text, because Markdown allows no white space there.
 */
export function normalizeSpace(pieces: readonly InlinePiece[]): InlinePiece[] {
  const normalized: InlinePiece[] = []
  for (const piece of pieces) {
    if (piece.kind !== 'text') append(normalized, piece)
    else {
      const [, before = '', text = '', after = ''] =
        /^(\s*)(.*?)(\s*)$/s.exec(piece.value.replaceAll(/[ \t\n\f\r]+/g, ' ')) ?? []
      append(normalized, { ...piece, kind: 'space', value: before })
      append(normalized, { ...piece, value: text })
      append(normalized, { ...piece, kind: 'space', value: after })
    }
  }
  while (isSpace(normalized.at(-1))) normalized.pop()
  // oxlint-disable-next-line oxc/no-map-spread -- the pieces are not to be changed
  return normalized.map((piece, at) =>
    isSpace(piece) ? { ...piece, formats: sharedFormats(normalized, at) } : piece,
  )
}

function append(pieces: InlinePiece[], piece: InlinePiece): void {
  const last = pieces.at(-1)
  if (piece.kind === 'break' || piece.kind === 'edge') {
    while (pieces.at(-1)?.kind === 'space') pieces.pop()
    const before = pieces.at(-1)
    if (before === undefined) return
    if (!isBreak(before)) pieces.push({ ...piece, kind: 'break' })
    else if (piece.kind === 'break') pieces[pieces.length - 1] = { ...piece, kind: 'blank' }
  } else if (piece.value === '') return
  else if (piece.kind !== 'space') pieces.push(piece)
  else if (last !== undefined && !isSpace(last)) pieces.push(piece)
}

function isSpace(piece: InlinePiece | undefined): boolean {
  return piece !== undefined && (piece.kind === 'space' || isBreak(piece))
}

/** Whether a piece is one or several line breaks. */
export function isBreak({ kind }: InlinePiece): boolean {
  return kind === 'break' || kind === 'blank'
}

/** Returns the formats that surround the white space at this index on both sides. */
function sharedFormats(pieces: readonly InlinePiece[], at: number): number {
  let before = at
  let after = at
  while (isSpace(pieces[before])) before -= 1
  while (isSpace(pieces[after])) after += 1
  return (pieces[before]?.formats ?? 0) & (pieces[after]?.formats ?? 0)
}
