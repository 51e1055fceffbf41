import { createHash } from 'node:crypto'

/** Returns the SHA-256 digest of a text in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The value of `prev` in the first line of the first file. */
export const chainStart = '0'.repeat(64)

/** Adds the hash of the previous line and the hash of this line to a JSON object. */
export function chainLine(json: string, previous: string): { line: string; hash: string } {
  const open = `${json.slice(0, -1)},"prev":"${previous}"`
  const hash = sha256(open)
  return { line: `${open},"hash":"${hash}"}`, hash }
}

const linePattern = /^(.*,"prev":"([0-9a-f]{64})"),"hash":"([0-9a-f]{64})"\}$/s

/** A line of a chain. */
export interface ChainedLine {
  readonly previous: string
  readonly hash: string
  /** Whether the line is as it was written. */
  readonly isIntact: boolean
}

/** Reads a line of a chain. Returns undefined if the text is not a line of a chain. */
export function readChainedLine(line: string): ChainedLine | undefined {
  const [, open, previous, hash] = linePattern.exec(line) ?? []
  if (open === undefined || previous === undefined || hash === undefined) return undefined
  return { previous, hash, isIntact: sha256(open) === hash }
}
