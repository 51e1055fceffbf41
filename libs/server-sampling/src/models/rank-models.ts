import type { MessageRequest, Selection } from '../messages/message-request.ts'
import type { ModelProfile } from './model-profile.ts'

/** A model that may be chosen. */
export interface ModelCandidate {
  readonly model: string
  /** The provider's id. */
  readonly provider: string
  readonly profile: ModelProfile
}

export type ModelPreferences = NonNullable<MessageRequest['modelPreferences']>

export interface Ranking<Candidate extends ModelCandidate> {
  readonly best: Candidate
  readonly selection: Selection
}

/** The most candidates an answer names. */
const mostNamed = 20

/** Whether the preferences prefer anything. */
export function prefersSomething(preferences: ModelPreferences | undefined): boolean {
  if (preferences === undefined) return false
  return hintsOf(preferences).length > 0 || totalOf(weightsOf(preferences)) > 0
}

/**
 * The candidates by the preferences, and why the best is the best. Hints come first: the first of them
 * that is part of a model's name leaves only the models with it. Then the priorities weigh the
 * profiles; among equals, the one listed first wins.
 */
export function rankModels<Candidate extends ModelCandidate>(
  candidates: readonly Candidate[],
  preferences: ModelPreferences,
): Ranking<Candidate> | undefined {
  const hint = hintsOf(preferences).find((each) => candidates.some(named(each)))
  const matching = hint === undefined ? candidates : candidates.filter(named(hint))
  const weights = weightsOf(preferences)
  const total = totalOf(weights)
  const scored = matching.map((candidate) => ({
    candidate,
    score: total === 0 ? undefined : scoreOf(candidate.profile, weights, total),
  }))
  // Sorting is stable, so equals stay in the order in which they are listed.
  const ranked = scored.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))
  const [best] = ranked
  if (best === undefined) return undefined

  const reasons = [
    hintReason(hintsOf(preferences), hint, matching.length),
    scoreReason(best.score, weights, matching.length),
  ]
  return {
    best: best.candidate,
    selection: {
      candidates: ranked
        .slice(0, mostNamed)
        .map(({ candidate: { model, provider }, score }) =>
          score === undefined ? { model, provider } : { model, provider, score },
        ),
      reason: reasons.filter((reason) => reason !== '').join(' '),
    },
  }
}

type Weights = Readonly<Record<keyof ModelProfile, number>>

function weightsOf(preferences: ModelPreferences): Weights {
  const { costPriority = 0, speedPriority = 0, intelligencePriority = 0 } = preferences
  return { cost: costPriority, speed: speedPriority, intelligence: intelligencePriority }
}

const totalOf = ({ cost, speed, intelligence }: Weights): number => cost + speed + intelligence

function scoreOf({ cost, speed, intelligence }: ModelProfile, by: Weights, total: number): number {
  const sum = cost * by.cost + speed * by.speed + intelligence * by.intelligence
  return Math.round((sum / total) * 1000) / 1000
}

const describe = (weights: Weights): string =>
  Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => `${name} ${weight}`)
    .join(', ')

function hintsOf({ hints = [] }: ModelPreferences): string[] {
  return hints
    .map((hint) => (typeof hint === 'string' ? hint : (hint.name ?? '')))
    .filter((hint) => hint !== '')
}

const named =
  (hint: string) =>
  ({ model }: ModelCandidate): boolean =>
    model.toLowerCase().includes(hint.toLowerCase())

function hintReason(hints: readonly string[], hint: string | undefined, matches: number): string {
  if (hints.length === 0) return ''
  return hint === undefined
    ? 'No model has a hint in its name.'
    : `The hint "${hint}" is part of ${matches === 1 ? 'its name alone' : `${matches} names`}.`
}

function scoreReason(score: number | undefined, weights: Weights, candidates: number): string {
  if (score !== undefined) {
    return `By the priorities (${describe(weights)}) it scores ${score}, the most of ${candidates}.`
  }
  return candidates === 1 ? '' : 'It is the first of them.'
}
