import { isRecord } from '@mcp/protocol'

import type { ModelDelta, ModelToolCall } from '../model-provider.ts'
import { tryParseJson } from './parse-json.ts'

/** Joins the pieces of tool calls. */
export interface ToolCallPieces {
  readonly size: number
  /**
   * Adds a piece, which continues a call or starts one. A complete call always starts a new call. Returns the
   * text that the piece adds to the arguments.
   */
  add(piece: Fields, isComplete: boolean): ArgumentsDelta | undefined
  /** Returns the calls. The names of tools that the request offers are recognized in other spellings. */
  finish(): JoinedToolCall[]
}

type ArgumentsDelta = Extract<ModelDelta, { type: 'arguments-delta' }>

export interface JoinedToolCall {
  readonly call: ModelToolCall
  /** Data that the provider requires back, such as a signature. */
  readonly extra: Fields
}

type Fields = Readonly<Record<string, unknown>>

interface OpenCall {
  readonly index: number | undefined
  id: string
  /** Unique id in the response. Assigned when it is needed first, because pieces can lack the id. */
  uniqueId?: string
  name: string
  /** JSON text, or a value if the provider sends one. */
  args: unknown
  extra: Fields
}

/** Creates an empty list of tool calls. `toolNames` are the names of the tools that the request offers. */
export function createToolCallPieces(toolNames: ReadonlySet<string>): ToolCallPieces {
  const calls: OpenCall[] = []
  const ids = new Set<string>()

  function idOf(call: OpenCall): string {
    if (call.uniqueId === undefined) {
      call.uniqueId = call.id === '' || ids.has(call.id) ? createCallId() : call.id
      ids.add(call.uniqueId)
    }
    return call.uniqueId
  }

  function deltaOf(call: OpenCall, text: unknown): ArgumentsDelta | undefined {
    if (typeof text !== 'string' || text === '') return undefined
    return { type: 'arguments-delta', id: idOf(call), name: knownName(call.name, toolNames), text }
  }

  return {
    get size() {
      return calls.length
    },
    add(fields, isComplete) {
      const piece = readPiece(fields)
      const last = isComplete ? undefined : findOpen(piece)
      if (last === undefined || !continues(last, piece)) {
        calls.push(piece)
        return deltaOf(piece, piece.args)
      }
      last.id ||= piece.id
      if (last.name !== piece.name) last.name += piece.name
      last.args = joinArguments(last.args, piece.args)
      last.extra = { ...last.extra, ...piece.extra }
      return deltaOf(last, piece.args)
    },
    finish: () =>
      calls.map((open) => ({
        call: {
          id: idOf(open),
          name: knownName(open.name, toolNames),
          arguments: readArguments(open.args),
        },
        extra: open.extra,
      })),
  }

  // Without an index, a piece belongs to the call with its id, or to the last call.
  function findOpen({ index, id }: OpenCall): OpenCall | undefined {
    if (index !== undefined) return calls.findLast((call) => call.index === index)
    return calls.findLast((call) => id !== '' && call.id === id) ?? calls.at(-1)
  }
}

/** Reads a piece. Some servers send the name and the arguments without the object "function". */
function readPiece(fields: Fields): OpenCall {
  const { id, index, function: inner } = fields
  const { name, arguments: args } = isRecord(inner) ? inner : fields
  return {
    index: readIndex(index),
    id: typeof id === 'number' ? String(id) : textOf(id),
    name: textOf(name).trim(),
    args: args ?? '',
    extra: pickRequired(fields),
  }
}

const requiredBack = /^extra_content$|^provider_specific_fields$|signature/

function pickRequired(fields: Fields): Fields {
  const found = Object.entries(fields).filter(
    ([name, value]) => value !== null && requiredBack.test(name),
  )
  return Object.fromEntries(found)
}

/**
 * Whether a piece continues a call. Some providers use one index for several calls. A piece with a name
 * therefore starts a new call if the arguments of the open call are complete.
 */
function continues(open: OpenCall, { index, id, name, args }: OpenCall): boolean {
  if (name === '' || open.name === '' || (id !== '' && id === open.id)) return true
  const hasOtherId = id !== '' && open.id !== ''
  if (hasOtherId && (index === undefined || open.args === '')) return false
  if (!hasOtherId && args === '') return true
  return !isCompleteArguments(open.args)
}

// A long text is not parsed again for each piece.
const maxCheckedLength = 64 * 1024

function isCompleteArguments(args: unknown): boolean {
  if (typeof args !== 'string') return true
  if (args.length > maxCheckedLength || !args.trimEnd().endsWith('}')) return false
  return isRecord(tryParseJson(args))
}

function joinArguments(known: unknown, added: unknown): unknown {
  if (added === '') return known
  return typeof known === 'string' && typeof added === 'string' ? known + added : added
}

const maxUnwrapped = 2

/**
 * Returns the arguments as a value. Models and gateways also send null, an empty text or an empty array
 * for no arguments, a JSON text within a JSON text, a fenced block, and `{}` before the actual arguments.
 * Returns the text if it is not valid JSON.
 */
export function readArguments(args: unknown, depth = 0): unknown {
  if (args === null || args === undefined) return {}
  if (Array.isArray(args) && args.length === 0) return {}
  if (typeof args !== 'string') return args
  const text = args.trim()
  if (text === '') return {}
  for (const candidate of [text, unfenced(text), text.replace(/^\{\s*\}(?=\s*\{)/, '')]) {
    const value = tryParseJson(candidate)
    if (value === undefined) continue
    return typeof value === 'string' && depth >= maxUnwrapped
      ? args
      : readArguments(value, depth + 1)
  }
  return args
}

const unfenced = (text: string): string => /^```[a-z]*\s*([\s\S]*?)\s*```$/i.exec(text)?.[1] ?? text

function readIndex(index: unknown): number | undefined {
  const number = typeof index === 'string' && index !== '' ? Number(index) : index
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Returns the offered name that the model means: `functions.add` and `calculator.add` are common. */
function knownName(name: string, toolNames: ReadonlySet<string>): string {
  if (toolNames.has(name)) return name
  const plain = name.replace(/^functions?[.:]/, '')
  return [plain, plain.replaceAll(/[^\w-]/g, '_')].find((known) => toolNames.has(known)) ?? name
}

const idCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Creates the id of a call that has none, or the id of an earlier call of the response. Mistral requires 9 letters and digits. */
export function createCallId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9))
  return Array.from(bytes, (byte) => idCharacters[byte % idCharacters.length]).join('')
}
