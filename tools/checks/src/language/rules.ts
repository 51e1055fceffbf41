import type { Piece } from './source-text.ts'

export interface Rule {
  readonly name: string
  readonly remedy: string
  /** Maximum in the whole workspace. */
  readonly maxTotal: number
  /** Maximum in one package. */
  readonly maxPerPackage: number
  /** Returns each violation in a piece of text. */
  readonly find: (piece: Piece) => readonly string[]
}

export interface Count {
  readonly rule: Rule
  readonly line: number
  readonly found: string
}

/** Matches a question word at the start. "Whether" is allowed, because it describes a boolean. */
export const wordOpening = /^(What|Who|Whom|Whose|Where|How|Why)\b/

/** Metaphors that an identifier must not contain as one of its words. */
const metaphors = new Set(
  `desk book books lane lanes farewell patience patient lonely heed heeds hopeless nonsense complaint
  nobody whoever somebody everybody stranger strangers told tell tells hear hears heard ledger unwell
  worry pester pestered answer answers answered reply replies replied hot`.split(/\s+/),
)

/** Names of libraries, which this project cannot change. */
const foreignNames = new Set(['replyEncoding'])

/** Identifiers that are not allowed. */
const bannedNames = new Set(
  `given wanted kept facts ill gone door doors seam visit Visit Place PlacedRequest presence
  Presence persist PersistOptions Slots Limiter Lane Trust createTrust withoutTrust createStage
  isHeld evaluator dieOfUnexpected refuseOpenDoors sayFarewell ChangeNews news brokenPromise
  nobodyThere reasonToWorry complaintAbout Answered`.split(/\s+/),
)

export const rules: readonly Rule[] = [
  {
    name: 'nobody, whoever, somebody, everybody',
    remedy: 'Write caller, client, server, subscriber.',
    maxTotal: 5,
    maxPerPackage: 2,
    find: prose(/\b(nobody|whoever|somebody|everybody|whomever|strangers?)\b/gi),
  },
  {
    name: 'tell, told, hear',
    remedy: 'Write emit, publish, report, receive.',
    maxTotal: 5,
    maxPerPackage: 2,
    find: prose(/\b(tells?|told|telling|hears?|heard|hearing)\b/gi),
  },
  {
    name: 'is none, is no X',
    remedy: 'Write "invalid X", "is not a valid X", "no X".',
    maxTotal: 0,
    maxPerPackage: 0,
    // "There is no X", "is no longer" and "is no more than" are plain English and allowed.
    find: prose(
      /(?<!\bthere )\bis (?:none\b|no (?!longer\b|more\b|less\b|different\b|other\b)[a-z"`]+)/gi,
    ),
  },
  {
    name: 'metaphors as names',
    remedy: 'Name the role: see CONTRIBUTING.md, "Language".',
    maxTotal: 0,
    maxPerPackage: 0,
    find: ({ kind, text }) =>
      kind === 'identifier' &&
      !foreignNames.has(text) &&
      (bannedNames.has(text) || words(text).some((word) => metaphors.has(word)))
        ? [text]
        : [],
  },
  {
    name: 'most…, longest…, least…, usual… as bounds',
    remedy: 'Write max…, min…, default….',
    maxTotal: 0,
    maxPerPackage: 0,
    find: ({ kind, text }) =>
      kind === 'identifier' &&
      /^(most|longest|least|usual|deepest|shortest|largest|fewest|smallest)(?=[A-Z]|$)/.test(text)
        ? [text]
        : [],
  },
  {
    name: '"where" for if or when',
    remedy: 'Write if, when, unless.',
    maxTotal: 60,
    maxPerPackage: 6,
    find: prose(
      /(?<=[a-z,`"')] )where (?:it|there|one|that|this|the|a|an|no|none|they|he|she|we|you|neither|both|all|only|its|nothing|something|another|callers?|any)\b/g,
    ),
  },
  {
    name: 'processes as people (asks, says so, is asked)',
    remedy: 'Write requests, reports, returns, throws.',
    maxTotal: 20,
    maxPerPackage: 3,
    find: prose(/\b(who asks|asks for|says so|say so|is asked|are asked|whoever asks)\b/gi),
  },
]

/** Returns every violation in a piece of text. */
export function countText(piece: Piece): Count[] {
  return rules.flatMap((rule) =>
    rule.find(piece).map((found) => ({ rule, line: piece.line, found })),
  )
}

function prose(pattern: RegExp): Rule['find'] {
  return ({ kind, text }) =>
    kind === 'identifier' ? [] : Array.from(text.matchAll(pattern), ([found]) => found)
}

function words(identifier: string): string[] {
  return identifier.split(/(?<=[a-z0-9])(?=[A-Z])|_|-/).map((word) => word.toLowerCase())
}
