import type { TimeSlice } from '@mcp/concurrency'
import { createTimeSlice } from '@mcp/concurrency'
import type { ModelTool } from '@mcp/llm'
import { contentWords, isEmptyWord, wordForm } from '@mcp/llm'
import { alignTemplate } from './align-template.ts'
import type { Template } from './example-template.ts'
import { exampleTemplate } from './example-template.ts'
import type { Filling } from './fill-parameters.ts'
import { fillParameters } from './fill-parameters.ts'
import { withNumberWords } from './number-words.ts'
import type { Parameter } from './parameter.ts'
import { parametersOf } from './parameter.ts'
import type { PromptToken } from './prompt-token.ts'
import {
  isDirection,
  isEmptyToken,
  isHowQuestion,
  isNegation,
  isValue,
  weightOf,
} from './prompt-token.ts'
import { isExpression, readExpressions } from './read-expressions.ts'
import { tokenizePrompt } from './tokenize-prompt.ts'

/** The tool and arguments that a prompt requests. */
export interface PromptMatch {
  readonly tool: ModelTool
  readonly arguments: Readonly<Record<string, unknown>>
  /** Quality of the match, from 0 to 1. */
  readonly score: number
}

/**
 * Finds the tool that a prompt requests. The same prompt always has the same match. With a hundred tools, a
 * match takes up to 50 ms. It runs in time slices, so that other work of the process does not wait for it.
 */
export interface PromptMatcher {
  match(tokens: readonly PromptToken[]): Promise<PromptMatch | undefined>
}

const maxTokens = 400
/** Minimum share of the prompt that a match must use. */
const minCoverage = 0.7
const minScore = 0.6

interface TitleWords {
  readonly words: readonly string[]
  /** Pairs of adjacent words. The key of a pair is its spelling as one word. */
  readonly pairs: ReadonlyMap<string, readonly string[]>
}

interface Candidate {
  readonly tool: ModelTool
  readonly parameters: readonly Parameter[]
  readonly templates: readonly Template[]
  /** Words of the title of the tool, or of its name if it has no title. */
  readonly title: TitleWords
  /** Words of the name and description of the tool. */
  readonly description: ReadonlySet<string>
  /** Names of the parameters whose value is an expression in an example. */
  readonly expressions: ReadonlySet<string>
}

/** Creates a matcher of prompts for the tools. Like a match, the creation runs in time slices. */
export async function createPromptMatcher(tools: readonly ModelTool[]): Promise<PromptMatcher> {
  const creation = createTimeSlice()
  const candidates: Candidate[] = []
  for (const tool of tools) {
    candidates.push(createCandidate(tool))
    if (creation.isOver()) await creation.yield()
  }
  const examples = await exampleMatches(tools, creation)
  return {
    async match(tokens) {
      if (tokens.length > maxTokens || isHowQuestion(tokens)) return undefined
      const example = examples.get(normalizedText(tokens))
      if (example !== undefined) return example
      const slice = createTimeSlice()
      let best: PromptMatch | undefined
      let isTied = false
      for (const candidate of candidates) {
        if (slice.isOver()) await slice.yield()
        for (const found of matchesOf(candidate, tokens)) {
          if (found.score < minScore || found.score < (best?.score ?? 0)) continue
          isTied = found.score === best?.score && (isTied || found.tool !== best.tool)
          best = found
        }
      }
      // If two tools match equally well, the prompt is ambiguous: "delete a.txt" can mean a file or a resource.
      return isTied ? undefined : best
    },
  }
}

/** Returns the first example call for each reading of a title. The keys are normalized. */
async function exampleMatches(
  tools: readonly ModelTool[],
  slice: TimeSlice,
): Promise<Map<string, PromptMatch>> {
  const matches = new Map<string, PromptMatch>()
  for (const tool of tools) {
    if (slice.isOver()) await slice.yield()
    for (const { title, arguments: args } of tool.examples ?? []) {
      for (const text of title === undefined ? [] : readPrompt(title).map(normalizedText)) {
        if (!matches.has(text)) matches.set(text, { tool, arguments: args, score: 1 })
      }
    }
  }
  return matches
}

/** Normalizes the case of words, the spaces and the final punctuation of a prompt. */
function normalizedText(tokens: readonly PromptToken[]): string {
  const isEnd = ({ text }: PromptToken) => /^[?!.]$/.test(text)
  const last = tokens.findLastIndex((token) => !isEnd(token))
  return tokens
    .slice(0, last + 1)
    .map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text))
    .join(' ')
}

/** Returns the possible readings of a prompt. */
export function readPrompt(text: string): PromptToken[][] {
  const readings = readExpressions(tokenizePrompt(text), text)
  return [...readings, ...readings.flatMap((tokens) => [withNumberWords(tokens) ?? []])].filter(
    (tokens) => tokens.length > 0,
  )
}

function createCandidate(tool: ModelTool): Candidate {
  const { name, title = '', description, examples = [] } = tool
  return {
    tool,
    parameters: parametersOf(tool),
    templates: examples.flatMap((example) => exampleTemplate(tool, example) ?? []),
    title: readTitle(title === '' ? name : title),
    description: new Set([...contentWords(name), ...contentWords(description)]),
    expressions: new Set(
      examples.flatMap((example) =>
        Object.entries(example.arguments).flatMap(([key, value]) =>
          typeof value === 'string' && isExpression(tokenizePrompt(value)) ? [key] : [],
        ),
      ),
    ),
  }
}

function matchesOf(candidate: Candidate, tokens: readonly PromptToken[]): PromptMatch[] {
  const byExample = candidate.templates.flatMap(
    (template) => matchTemplate(candidate, template, tokens) ?? [],
  )
  return [...byExample, ...(matchWords(candidate, tokens) ?? [])]
}

/** Matches a prompt that is worded like an example. */
function matchTemplate(
  { tool, parameters, expressions, title }: Candidate,
  template: Template,
  tokens: readonly PromptToken[],
): PromptMatch | undefined {
  const aligned = alignTemplate(template, tokens)
  const { isWhole, isLoose, recall, substance } = aligned
  // If no significant word was found, the prompt must contain nearly the whole template.
  if (substance === 0 && recall < 0.95) return undefined
  if (!isWhole && (isLoose || aligned.wordRecall < 0.5 || isHalf(titleRecall(title, tokens)))) {
    return undefined
  }
  const filling = { values: new Map(aligned.values), used: new Set(aligned.used) }
  fillParameters(filling, { parameters, tokens, expressions, mayTakeWords: false })
  for (const [name, value] of Object.entries(template.constants)) {
    if (filling.values.has(name)) continue
    if (isWhole) filling.values.set(name, value)
    // The prompt has only a part of the template, so the example's value of a required parameter must not be used.
    else if (parameters.some((known) => known.name === name && known.isRequired)) return undefined
  }
  const coverage = coverageOf(tokens, filling)
  return createMatch({ tool, parameters }, filling, tokens, {
    coverage,
    score: 0.6 * coverage + 0.4 * recall - (isLoose ? 0.02 : 0),
  })
}

/**
 * Matches a prompt that has more than half of the words of a tool's title, or an expression. Words of its name and
 * description only add coverage.
 */
function matchWords(
  { tool, parameters, expressions, title, description }: Candidate,
  tokens: readonly PromptToken[],
): PromptMatch[] | undefined {
  const filling: Filling = { values: new Map(), used: new Set() }
  tokens.forEach((token, at) => {
    const isWord = (token.kind === 'word' && !isEmptyToken(token)) || token.kind === 'operator'
    const isKnown = isInTitle(title, token) || description.has(token.form)
    if (isWord && isKnown) filling.used.add(at)
  })
  const recall = titleRecall(title, tokens)
  const hasSum = tokens.some(({ kind }) => kind === 'expression') && expressions.size > 0
  if (recall <= 0.5 && !hasSum) return undefined
  fillParameters(filling, { parameters, tokens, expressions, mayTakeWords: recall > 0.5 })
  const coverage = coverageOf(tokens, filling)
  const match = createMatch({ tool, parameters }, filling, tokens, {
    coverage,
    score: 0.9 * (0.6 * coverage + 0.4 * recall),
  })
  return match && [match]
}

function createMatch(
  { tool, parameters }: Pick<Candidate, 'tool' | 'parameters'>,
  { values, used }: Filling,
  tokens: readonly PromptToken[],
  { coverage, score }: { readonly coverage: number; readonly score: number },
): PromptMatch | undefined {
  const isFilled = parameters.every(({ name, isRequired }) => !isRequired || values.has(name))
  // An unused value or negation means that the prompt requests something else: 2 + 3 + 4 is not 2 + 3.
  const isSpent = tokens.every(
    (token, at) => used.has(at) || !(isValue(token) || isNegation(token)),
  )
  const isOrdered =
    values.size < 2 || tokens.every((token, at) => used.has(at) || !isDirection(token))
  if (!isOrdered) return undefined
  if (!isFilled || !isSpent || coverage < minCoverage) return undefined
  return { tool, arguments: Object.fromEntries(values), score }
}

function coverageOf(tokens: readonly PromptToken[], { used }: Filling): number {
  const all = tokens.reduce((sum, token) => sum + weightOf(token), 0)
  const found = tokens.reduce((sum, token, at) => sum + (used.has(at) ? weightOf(token) : 0), 0)
  // Half of the weight of an unused word without meaning counts as found, so that it reduces the score only
  // slightly.
  const empty = tokens.reduce(
    (sum, token, at) => sum + (isEmptyToken(token) && !used.has(at) ? weightOf(token) * 0.5 : 0),
    0,
  )
  return all === 0 ? 0 : Math.min(1, (found + empty) / all)
}

function readTitle(title: string): TitleWords {
  const words = title.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const pairs = words.flatMap((word, at) => {
    const next = words[at + 1]
    if (next === undefined) return []
    return [[wordForm(word + next), [wordForm(word), wordForm(next)]] as const]
  })
  return {
    words: words.filter((word) => !isEmptyWord(word)).map(wordForm),
    pairs: new Map(pairs),
  }
}

function isInTitle({ words, pairs }: TitleWords, { form }: PromptToken): boolean {
  return words.includes(form) || pairs.has(form)
}

/** Returns the share of a title that a prompt contains, from 0 to 1. */
function titleRecall({ words, pairs }: TitleWords, tokens: readonly PromptToken[]): number {
  const said = new Set(tokens.flatMap(({ form }) => [form, ...(pairs.get(form) ?? [])]))
  return words.length === 0 ? 0 : words.filter((word) => said.has(word)).length / words.length
}

/** Whether a part, but at most half, of a title was found: "square" differs in meaning from "square root". */
const isHalf = (recall: number) => recall > 0 && recall <= 0.5
