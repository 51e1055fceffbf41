/** Properties of a model, each from 0 to 1. A value of 1 means the cheapest, fastest or most capable model. */
export interface ModelProfile {
  readonly cost: number
  readonly speed: number
  readonly intelligence: number
}

/** Profiles of models, by a part of their names. */
export type ModelProfiles = Readonly<Record<string, ModelProfile>>

const profile = (cost: number, speed: number, intelligence: number): ModelProfile => ({
  cost,
  speed,
  intelligence,
})

const unknown = profile(0.5, 0.5, 0.5)

/**
 * Profiles by the size word in a model's name. Only whole words count, because "gemini" contains
 * "mini".
 */
const bySizeWord: ReadonlyMap<string, ModelProfile> = new Map([
  ['nano', profile(0.95, 0.95, 0.3)],
  ['tiny', profile(0.95, 0.95, 0.25)],
  ['lite', profile(0.9, 0.95, 0.4)],
  ['small', profile(0.85, 0.85, 0.45)],
  ['mini', profile(0.85, 0.85, 0.55)],
  ['flash', profile(0.85, 0.9, 0.6)],
  ['haiku', profile(0.8, 0.85, 0.6)],
  ['medium', profile(0.6, 0.6, 0.65)],
  ['turbo', profile(0.5, 0.7, 0.6)],
  ['sonnet', profile(0.45, 0.6, 0.85)],
  ['pro', profile(0.35, 0.4, 0.9)],
  ['large', profile(0.35, 0.4, 0.85)],
  ['opus', profile(0.1, 0.3, 0.95)],
])

/**
 * Returns the configured profile whose key is part of the model's name. If several keys match, the longest
 * one wins. If none matches, a size word in the name selects the profile. Without a size word, all values are
 * 0.5.
 */
export function profileOf(model: string, profiles: ModelProfiles): ModelProfile {
  const name = model.toLowerCase()
  const [match] = Object.keys(profiles)
    .filter((part) => name.includes(part.toLowerCase()))
    .toSorted((a, b) => b.length - a.length)
  const configured = match === undefined ? undefined : profiles[match]
  if (configured !== undefined) return configured
  const word = name.split(/[^a-z]+/).find((part) => bySizeWord.has(part))
  return bySizeWord.get(word ?? '') ?? unknown
}
