import type { Parameter } from './parameter.ts'
import type { PromptToken } from './prompt-token.ts'
import { isEmptyToken } from './prompt-token.ts'
import { isJoint, mayBeText, takeList, takeOne } from './take-value.ts'

/** Arguments that are being filled from a prompt. The functions of this file change both fields. */
export interface Filling {
  readonly values: Map<string, unknown>
  /** Indexes of the used tokens. */
  readonly used: Set<number>
}

export interface FillOptions {
  readonly parameters: readonly Parameter[]
  readonly tokens: readonly PromptToken[]
  /** Names of the parameters that accept an expression. */
  readonly expressions: ReadonlySet<string>
  /** Whether unquoted words may fill a text parameter if no other required value is missing. */
  readonly mayTakeWords: boolean
}

/** Fills the parameters from the unused tokens. The most reliable patterns are tried first. */
export function fillParameters(filling: Filling, options: FillOptions): void {
  fillNamed(filling, options)
  fillChoices(filling, options)
  fillRequired(filling, options)
  if (options.mayTakeWords) fillWithWords(filling, options)
}

/** Fills parameters by name: `days: 3`, `days = 3`, `days 3` and `3 days`. */
function fillNamed({ values, used }: Filling, { parameters, tokens }: FillOptions): void {
  tokens.forEach((token, at) => {
    const parameter = parameters.find(
      ({ name, choices }) =>
        name.length > 1 &&
        !values.has(name) &&
        token.kind === 'word' &&
        (token.text.toLowerCase() === name.toLowerCase() || token.form === name.toLowerCase()) &&
        !choices.includes(token.text),
    )
    if (parameter === undefined) return
    const isSigned = tokens[at + 1]?.text === ':' || tokens[at + 1]?.text === '='
    const before = parameter.kind === 'number' && !isSigned ? [at - 1] : []
    for (const place of [...before, isSigned ? at + 2 : at + 1]) {
      const from = tokens[place]
      if (from === undefined || used.has(place)) continue
      const value = takeOne(parameter, from) ?? (isSigned ? takeSigned(parameter, from) : undefined)
      if (value === undefined) continue
      values.set(parameter.name, value)
      used.add(place).add(at)
      return
    }
  })
}

function takeSigned({ kind }: Parameter, token: PromptToken): unknown {
  if (kind === 'flag') return { true: true, yes: true, false: false, no: false }[token.form]
  return kind === 'text' && token.kind !== 'mark' ? String(token.value) : undefined
}

function fillChoices({ values, used }: Filling, { parameters, tokens }: FillOptions): void {
  for (const parameter of parameters) {
    if (parameter.kind !== 'choice' || values.has(parameter.name)) continue
    const at = tokens.findIndex(
      (token, index) => !used.has(index) && takeOne(parameter, token) !== undefined,
    )
    const token = tokens[at]
    if (token === undefined) continue
    values.set(parameter.name, takeOne(parameter, token))
    used.add(at)
  }
}

/** Fills required parameters in the order of the schema. In `add 2 and 3`, `a` is 2 and `b` is 3. */
function fillRequired(
  { values, used }: Filling,
  { parameters, tokens, expressions }: FillOptions,
): void {
  for (const parameter of parameters) {
    if (!parameter.isRequired || values.has(parameter.name)) continue
    for (const [at, token] of tokens.entries()) {
      if (used.has(at)) continue
      const list =
        parameter.kind === 'numbers' || parameter.kind === 'texts'
          ? takeList(parameter, tokens, at, 'list').find(({ isLoose }) => !isLoose)
          : undefined
      const one = list?.value ?? takeOne(parameter, token) ?? takeTyped(parameter, token)
      if (one === undefined) continue
      values.set(parameter.name, one)
      for (let index = at; index < (list?.end ?? at + 1); index++) used.add(index)
      break
    }
  }

  function takeTyped({ name, kind }: Parameter, token: PromptToken): unknown {
    if (kind !== 'text') return undefined
    if (token.kind === 'expression') return expressions.has(name) ? token.value : undefined
    if (token.kind === 'url') return expressions.has(name) ? undefined : token.value
    // Paths and file names are accepted without quotes, because users rarely quote them.
    return token.kind === 'word' && /^[~.]*\/|\w\.\w/.test(token.text) ? token.value : undefined
  }
}

/**
 * Fills a text parameter with the remaining words if they are adjacent. Does nothing unless it is the only
 * required parameter without a value.
 */
function fillWithWords({ values, used }: Filling, { parameters, tokens }: FillOptions): void {
  const open = parameters.filter(({ name, isRequired }) => isRequired && !values.has(name))
  const [parameter] = open
  if (open.length !== 1 || parameter?.kind !== 'text') return
  const isLeft = (token: PromptToken, at: number) =>
    token.kind === 'word' && !used.has(at) && !isEmptyToken(token)
  const first = tokens.findIndex(isLeft)
  const last = tokens.findLastIndex(isLeft)
  if (first === -1 || !mayBeText(tokens, first)) return
  const words = tokens.slice(first, last + 1)
  const isTogether = words.every(
    (word, offset) => word.kind === 'word' && !isJoint(word) && !used.has(first + offset),
  )
  if (!isTogether) return
  values.set(parameter.name, words.map(({ text }) => text).join(' '))
  for (let at = first; at <= last; at++) used.add(at)
}
