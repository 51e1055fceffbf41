import type { MessageRequest, Selection } from '../messages/message-request.ts'
import type { ModelProfile } from './model-profile.ts'

/** A model that can be selected. */
export interface ModelCandidate {
  readonly model: string
  /** Id of the provider. */
  readonly provider: string
  readonly profile: ModelProfile
}

export type ModelPreferences = NonNullable<MessageRequest['modelPreferences']>

export interface Ranking<Candidate extends ModelCandidate> {
  readonly best: Candidate
  readonly selection: Selection
}

/** Maximum number of candidates in a selection. */
const maxCandidates = 20

/** Whether the preferences contain a hint or a priority. */
export function hasPreferences(preferences: ModelPreferences | undefined): boolean {
  if (preferences === undefined) return false
  return hintsOf(preferences).length > 0 || totalOf(weightsOf(preferences)) > 0
}

/**
 * Ranks the candidates by the preferences. The first hint that is part of any model's name excludes
 * the models whose names do not contain it. The priorities then weigh the profiles. If scores are
 * equal, the model listed first wins. Returns undefined if there are no candidates.
 */
export function rankModels<Candidate extends ModelCandidate>(
  candidates: readonly Candidate[],
  preferences: ModelPreferences,
): Ranking<Candidate> | undefined {
  const hint = hintsOf(preferences).find((each) => candidates.some(matches(each)))
  const matching = hint === undefined ? candidates : candidates.filter(matches(hint))
  const weights = weightsOf(preferences)
  const total = totalOf(weights)
  const scored = matching.map((candidate) => ({
    candidate,
    score: total === 0 ? undefined : scoreOf(candidate.profile, weights, total),
  }))
  // The sort is stable, so candidates with equal scores stay in their listed order.
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
        .slice(0, maxCandidates)
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

const matches =
  (hint: string) =>
  ({ model }: ModelCandidate): boolean =>
    model.toLowerCase().includes(hint.toLowerCase())

function hintReason(hints: readonly string[], hint: string | undefined, count: number): string {
  if (hints.length === 0) return ''
  return hint === undefined
    ? 'No hint matches a model.'
    : `The hint "${hint}" matches ${count === 1 ? 'only this model' : `${count} models`}.`
}

function scoreReason(score: number | undefined, weights: Weights, candidates: number): string {
  if (score !== undefined) {
    return `Highest score of ${candidates} by the priorities (${describe(weights)}): ${score}.`
  }
  return candidates === 1 ? '' : 'It is listed first.'
}
