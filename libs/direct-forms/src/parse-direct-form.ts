import { builtinServers } from '@mcp/contracts'
import type { CatalogueOperation } from '@mcp/llm'

import { parseJsonValue } from './arguments/convert-value.ts'
import type { DirectCall, DirectProblem, Invocation } from './direct-call.ts'
import { invoke, toCall } from './direct-call.ts'
import { readAddress } from './forms/address-form.ts'
import { readExpression } from './forms/expression-form.ts'
import type { FileForm } from './forms/file-form.ts'
import { readFileForm, splitRoot } from './forms/file-form.ts'
import { readOperationCall } from './forms/operation-call.ts'
import { readSql } from './forms/sql-form.ts'
import { splitWords } from './split-words.ts'

export interface DirectFormOptions {
  readonly catalogue: readonly CatalogueOperation[]
  /** Names of the roots. Paths without a root refer to the first. Default: `workspace`. */
  readonly roots?: readonly string[] | undefined
  /**
   * Returns whether a path exists in a root. Default: a text that may be a sentence, such as a path alone, is
   * not a direct form.
   */
  readonly exists?: ((path: string, root: string) => boolean) | undefined
}

/**
 * Parses a direct form, which runs exactly as it was typed: an SQL statement, an address, `cat PATH`, `ls`,
 * `find GLOB`, `grep TEXT`, an arithmetic expression, `server.operation name=value` or `/prompt name
 * argument=value`. A leading `/` is allowed before each of them. Returns undefined for a text that is not
 * exactly such a form, and a problem for a form that cannot run. A terminal passes its words, whose quotes
 * the shell has removed.
 *
 * @example
 * parseDirectForm('calculator.add a=2 b=3', { catalogue })
 * // { type: 'tool-execution', server: 'tools', operation: 'add', payload: { … } }
 */
export function parseDirectForm(
  input: string | readonly string[],
  { catalogue, roots = ['workspace'], exists }: DirectFormOptions,
): DirectCall | DirectProblem | undefined {
  const form = readDirectForm(input, catalogue)
  if (form === undefined || !('mustExist' in form)) return finish(form)
  const { root, path } = splitRoot(form.path, roots)
  if (form.mustExist && exists?.(path, root) !== true) return undefined
  return finish(form.call(root, path))
}

function finish<T extends DirectProblem | undefined>(form: Invocation | T): DirectCall | T {
  return form !== undefined && 'called' in form ? toCall(form) : form
}

/** Parses a direct form. The root of a {@link FileForm} is not chosen yet. */
export function readDirectForm(
  input: string | readonly string[],
  catalogue: readonly CatalogueOperation[],
): Invocation | DirectProblem | FileForm | undefined {
  const isText = typeof input === 'string'
  const typed = (isText ? input : input.join(' ')).trim()
  const hasSlash = typed.startsWith('/')
  const text = hasSlash ? typed.slice(1) : typed
  if (text === '' || /^\s/.test(text)) return undefined

  const words = isText || hasSlash ? lineWords(text) : input
  if (words !== undefined) {
    const form = readWords(words, hasSlash, catalogue)
    if (form !== undefined) return form
  }
  const sql = readSql(text)
  if (sql !== undefined) {
    const operation = sql.isRead ? 'query' : 'execute'
    return invoke(catalogue, [builtinServers.database, operation], { sql: sql.sql })
  }
  const expression = readExpression(text)
  if (expression !== undefined) {
    const evaluate = [builtinServers.tools, 'evaluate', 'calculator'] as const
    return invoke(catalogue, evaluate, { expression })
  }
  return words === undefined ? undefined : readFileForm(words, catalogue)
}

/**
 * Returns the words of a text of one line, or of a call of an operation, whose arguments may have several
 * lines.
 */
function lineWords(text: string): string[] | undefined {
  const [first = ''] = text.split('\n', 1)
  return first === text || /^[\w-]+\.[\w.-]+\s/.test(text) ? splitWords(text) : undefined
}

function readWords(
  words: readonly string[],
  hasSlash: boolean,
  catalogue: readonly CatalogueOperation[],
): Invocation | DirectProblem | undefined {
  if (hasSlash && words[0] === 'prompt') return readPrompt(words.slice(1), catalogue)
  const url = readAddress(words)
  if (url !== undefined) return invoke(catalogue, [builtinServers.internet, 'fetch'], { url })
  return readOperationCall(words, catalogue)
}

/** Reads `name argument=value` after `/prompt`. Values are texts, or JSON after `:=`. */
function readPrompt(
  [prompt, ...words]: readonly string[],
  catalogue: readonly CatalogueOperation[],
): Invocation | DirectProblem {
  if (prompt === undefined) return { problem: 'Name a prompt: /prompt code-review code="x = 1".' }
  const entries: [string, unknown][] = []
  for (const word of words) {
    const [, name = '', sign, text = ''] = /^([\w.-]+?)(:?=)([\s\S]*)$/.exec(word) ?? []
    const json = sign === ':=' ? parseJsonValue(text) : { value: text }
    if (name === '') return { problem: `Unexpected "${word}". Write arguments as name=value.` }
    if (json === undefined) return { problem: `The value of "${name}" is not valid JSON: ${text}` }
    entries.push([name, json.value])
  }
  const params = { prompt, arguments: Object.fromEntries(entries), format: 'text' }
  return invoke(catalogue, [builtinServers.prompts, 'render'], params)
}
