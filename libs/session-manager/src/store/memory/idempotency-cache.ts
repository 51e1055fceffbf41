import type { Claim, StoredAnswer } from '../store.ts'
import type { StoreLimits } from '../store-limits.ts'

interface Page {
  readonly fingerprint: number
  /** When it was claimed, then when it was answered. */
  at: number
  /** `undefined` while it is in flight. */
  answer: StoredAnswer | undefined
}

/** What the book has under an id. */
export type Found =
  | { readonly type: 'claimed' }
  | { readonly type: 'in-flight'; readonly fingerprint: number }
  | { readonly type: 'answered'; readonly fingerprint: number; readonly answer: StoredAnswer }
  | { readonly type: 'evicted' }

/** The answers of one session, by request id: bounded by number, size and age. */
export interface AnswerBook {
  claim(claim: Claim): Found
  settle(requestId: string, at: number, answer?: StoredAnswer): void
  /** Drops what is too old. Whether anything is left. */
  prune(at: number): boolean
}

const claimed: Found = { type: 'claimed' }
const evicted: Found = { type: 'evicted' }

export function createAnswerBook(limits: StoreLimits): AnswerBook {
  // In the order they were claimed, so that what is oldest stands first.
  const pages = new Map<string, Page>()
  let answers = 0
  let bytes = 0
  // Ids whose answers are gone, in two generations: forgetting half of them costs nothing, and no id
  // needs a time of its own.
  let young = new Set<string>()
  let old = new Set<string>()
  let turnedAt = 0

  function forget(requestId: string, answer: StoredAnswer): void {
    pages.delete(requestId)
    answers--
    bytes -= answer.body.length
  }

  function evictOldest(): void {
    for (const [requestId, { answer }] of pages) {
      if (answers <= limits.answers && bytes <= limits.answerBytes) return
      if (answer === undefined) continue
      forget(requestId, answer)
      if (young.size >= limits.evictedIds / 2) turn(turnedAt)
      young.add(requestId)
    }
  }

  function turn(at: number): void {
    old = young
    young = new Set()
    turnedAt = at
  }

  function prune(at: number): boolean {
    for (const [requestId, page] of pages) {
      if (page.at > at - limits.answersForMs) break
      if (page.answer !== undefined) forget(requestId, page.answer)
    }
    if (young.size + old.size > 0 && turnedAt <= at - limits.answersForMs) turn(at)
    return pages.size + young.size + old.size > 0
  }

  return {
    claim({ requestId, fingerprint, at }) {
      prune(at)
      const page = pages.get(requestId)
      if (page?.answer !== undefined) {
        return { type: 'answered', fingerprint: page.fingerprint, answer: page.answer }
      }
      if (page !== undefined) return { type: 'in-flight', fingerprint: page.fingerprint }
      if (young.has(requestId) || old.has(requestId)) return evicted
      pages.set(requestId, { fingerprint, at, answer: undefined })
      return claimed
    },
    settle(requestId, at, answer) {
      const page = pages.get(requestId)
      if (page === undefined || page.answer !== undefined) return
      if (answer === undefined) {
        pages.delete(requestId)
        return
      }
      page.at = at
      page.answer = answer
      answers++
      bytes += answer.body.length
      if (turnedAt === 0) turnedAt = at
      evictOldest()
    },
    prune,
  }
}
