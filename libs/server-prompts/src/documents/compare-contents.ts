import { isDeepStrictEqual } from 'node:util'

import type { PromptContent } from '@mcp/contracts/prompts'
import { createTwoFilesPatch } from 'diff'

import { encodeDocument } from './encode-document.ts'

export interface ContentComparison {
  /** Names of the fields that differ. */
  readonly changed: string[]
  /** Unified diff of the two documents. Empty if they are equal. */
  readonly patch: string
}

/** Compares the contents of two versions. */
export function compareContents(from: PromptContent, to: PromptContent): ContentComparison {
  const before = new Map(Object.entries(from))
  const changed = Object.entries(to).flatMap(([field, value]) =>
    isDeepStrictEqual(before.get(field), value) ? [] : [field],
  )
  const files = [from, to].map((content) => encodeDocument('dotprompt', { content }))
  const patch = createTwoFilesPatch('from', 'to', files[0] ?? '', files[1] ?? '')
  return { changed, patch: changed.length === 0 ? '' : patch }
}
