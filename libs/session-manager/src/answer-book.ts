import type { Claim, StoredAnswer } from './store.ts'
import type { StoreLimits } from './store-limits.ts'

interface Page {
  readonly fingerprint: number
  /** When it was answered; `undefined` while it is in flight. */
  at: number | undefined
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
  const inFlight = new Map<string, Page>()
  // In the order they were answered, so that what is oldest stands first.
  const answered = new Map<string, Page>()
  let bytes = 0
  // Ids whose answers are gone, in two generations: forgetting half of them costs nothing, and no id
  // needs a time of its own.
  let young = new Set<string>()
  let old = new Set<string>()
  let turnedAt = 0

  function forget(requestId: string, page: Page): void {
    answered.delete(requestId)
    bytes -= page.answer?.body.length ?? 0
  }

  function evictOldest(): void {
    for (const [requestId, page] of answered) {
      if (answered.size <= limits.answers && bytes <= limits.answerBytes) return
      forget(requestId, page)
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
    for (const [requestId, page] of answered) {
      if (page.at !== undefined && page.at > at - limits.answersForMs) break
      forget(requestId, page)
    }
    if (young.size + old.size > 0 && turnedAt <= at - limits.answersForMs) turn(at)
    return inFlight.size + answered.size + young.size + old.size > 0
  }

  return {
    claim({ requestId, fingerprint, at }) {
      prune(at)
      const running = inFlight.get(requestId)
      if (running !== undefined) return { type: 'in-flight', fingerprint: running.fingerprint }
      const page = answered.get(requestId)
      if (page?.answer !== undefined) {
        return { type: 'answered', fingerprint: page.fingerprint, answer: page.answer }
      }
      if (young.has(requestId) || old.has(requestId)) return evicted
      inFlight.set(requestId, { fingerprint, at: undefined, answer: undefined })
      return claimed
    },
    settle(requestId, at, answer) {
      const page = inFlight.get(requestId)
      if (page === undefined) return
      inFlight.delete(requestId)
      if (answer === undefined) return
      page.at = at
      page.answer = answer
      answered.set(requestId, page)
      bytes += answer.body.length
      if (turnedAt === 0) turnedAt = at
      evictOldest()
    },
    prune,
  }
}
