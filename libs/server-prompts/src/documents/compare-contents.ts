import { isDeepStrictEqual } from 'node:util'

import type { PromptContent } from '@mcp/contracts/prompts'
import { createTwoFilesPatch } from 'diff'

import { encodeDocument } from './encode-document.ts'

export interface ContentComparison {
  /** The fields that are not the same. */
  readonly changed: string[]
  /** A unified diff of the two as files; empty where they agree. */
  readonly patch: string
}

/** Says what changed between two versions. */
export function compareContents(from: PromptContent, to: PromptContent): ContentComparison {
  const before = new Map(Object.entries(from))
  const changed = Object.entries(to).flatMap(([field, value]) =>
    isDeepStrictEqual(before.get(field), value) ? [] : [field],
  )
  const files = [from, to].map((content) => encodeDocument('dotprompt', { content }))
  const patch = createTwoFilesPatch('from', 'to', files[0] ?? '', files[1] ?? '')
  return { changed, patch: changed.length === 0 ? '' : patch }
}
