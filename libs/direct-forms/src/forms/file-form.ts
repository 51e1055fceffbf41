import { builtinServers } from '@mcp/contracts'
import type { CatalogueOperation } from '@mcp/llm'

import type { DirectProblem, Invocation } from '../direct-call.ts'
import { invoke } from '../direct-call.ts'

/** A call that needs a root, such as `cat notes/todo.md`. */
export interface FileForm {
  /** Path as it was typed, including the root if one was typed. */
  readonly path: string
  /** Whether the text is a direct form only if the path exists, because it may be a sentence. */
  readonly mustExist: boolean
  call(root: string, path: string): Invocation | DirectProblem
}

const rooted = /^(?:root:\/\/([\w.-]+)(?:\/|$)|([\w.-]+):(?!\/\/))(.*)$/

/**
 * Returns the root and the path of a typed path: `workspace:notes/todo.md`, `root://workspace/notes` or
 * `notes/todo.md`. Without the name of a root, the first root applies.
 */
export function splitRoot(
  typed: string,
  [first = 'workspace', ...others]: readonly string[],
): { root: string; path: string } {
  const [, uriName, name = uriName, rest = ''] = rooted.exec(typed) ?? []
  const isNamed = name !== undefined && (uriName !== undefined || [first, ...others].includes(name))
  const path = isNamed ? rest : typed
  return {
    root: isNamed ? name : first,
    path: path.replace(/^(?:\.\/)+|^\.$/, '').replace(/\/+$/, ''),
  }
}

/** Reads `cat`, `read`, `show`, `ls`, `find` and `grep`, or a path alone. */
export function readFileForm(
  words: readonly string[],
  catalogue: readonly CatalogueOperation[],
): FileForm | DirectProblem | undefined {
  const [command = '', ...rest] = words
  const [argument, ...others] = rest
  if (argument === undefined && command !== 'ls') return pathAlone(command, catalogue)
  switch (command.toLowerCase()) {
    case 'cat':
    case 'read':
    case 'show':
      if (argument === undefined || others.length > 0) return undefined
      return readingForm(argument, catalogue, {
        mustExist: command !== 'cat' && !looksLikePath(argument),
      })
    case 'ls':
      return command === 'ls' ? listForm(rest, catalogue) : undefined
    case 'find':
      return findForm(rest, catalogue)
    case 'grep':
      return command === 'grep' ? grepForm(rest, catalogue) : undefined
    default:
      return undefined
  }
}

function pathAlone(word: string, catalogue: readonly CatalogueOperation[]) {
  return looksLikePath(word) ? readingForm(word, catalogue, { mustExist: true }) : undefined
}

const looksLikePath = (word: string): boolean =>
  /^[^\s"'`<>|*?]+$/.test(word) && /\/|.\.[A-Za-z]\w*$/.test(word) && !word.includes('://')

function readingForm(
  path: string,
  catalogue: readonly CatalogueOperation[],
  { mustExist }: Pick<FileForm, 'mustExist'>,
): FileForm {
  const operation = path.endsWith('/') ? 'listDirectory' : 'readFile'
  return fileForm(catalogue, operation, { path, mustExist })
}

interface FileFormOptions {
  readonly path?: string
  readonly mustExist?: boolean
  readonly params?: Readonly<Record<string, unknown>>
}

function fileForm(
  catalogue: readonly CatalogueOperation[],
  operation: string,
  { path: typed = '', mustExist = false, params = {} }: FileFormOptions,
): FileForm {
  return {
    path: typed,
    mustExist,
    call: (root, path) =>
      invoke(catalogue, [builtinServers.roots, operation], {
        root,
        ...(path === '' && operation !== 'readFile' ? {} : { path }),
        ...params,
      }),
  }
}

function listForm(words: readonly string[], catalogue: readonly CatalogueOperation[]) {
  const { flags, rest } = splitFlags(words)
  const [path = '', ...others] = rest
  if (others.length > 0 || !/^[alhR1]*$/.test(flags)) return undefined
  const params = flags.includes('R') ? { recursive: true } : {}
  return fileForm(catalogue, 'listDirectory', { path, params })
}

const looksLikeGlob = (word: string): boolean => /[*?[{]|.\.[A-Za-z]\w*$/.test(word)

/** Reads `find GLOB` and `find FOLDER -name GLOB`. */
function findForm(words: readonly string[], catalogue: readonly CatalogueOperation[]) {
  const [first = '', second, third, ...others] = words
  if (others.length > 0) return undefined
  if (second === undefined && looksLikeGlob(first)) {
    return fileForm(catalogue, 'searchFiles', { params: { glob: first } })
  }
  if (first === '-name' && second !== undefined && third === undefined) {
    return fileForm(catalogue, 'searchFiles', { params: { glob: second } })
  }
  if (second !== '-name' || third === undefined) return undefined
  return fileForm(catalogue, 'searchFiles', { path: first, params: { glob: third } })
}

/**
 * Reads `grep TEXT`, optionally with a folder and with the flags `-i` (ignore case) and `-E` (regular
 * expression). The flags `-r`, `-R`, `-n` and `-H` have no effect.
 */
function grepForm(words: readonly string[], catalogue: readonly CatalogueOperation[]) {
  const { flags, rest } = splitFlags(words)
  const [pattern = '', path = '', ...others] = rest
  if (pattern === '' || !/^[iErRnH]*$/.test(flags)) return undefined
  const isFolder = path === '' || path === '.' || path.includes('/')
  if (others.length > 0 || !isFolder) {
    return { problem: `Put the text in quotes: grep "${rest.join(' ')}".` }
  }
  const params = {
    pattern,
    ...(flags.includes('E') ? { regex: true } : {}),
    ...(flags.includes('i') ? { ignoreCase: true } : {}),
  }
  return fileForm(catalogue, 'searchText', { path, params })
}

function splitFlags(words: readonly string[]) {
  const isFlag = (word: string) => /^-[A-Za-z1]+$/.test(word)
  return {
    flags: words
      .filter(isFlag)
      .map((word) => word.slice(1))
      .join(''),
    rest: words.filter((word) => !isFlag(word)),
  }
}
