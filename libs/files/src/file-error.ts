import { McpError } from '@mcp/protocol'

/** The file that an error is about. */
export interface FileSubject {
  /**
   * Name of the file at the start of messages, such as `"notes/a.txt"` or a URI. It must not be an
   * absolute path of this machine.
   */
  readonly label: string
  /** Request parameter that named the file, for `details.path` of the error. */
  readonly param?: string | undefined
  /** Remedies that are appended to messages. Only the server knows them. */
  readonly hints?: FileHints | undefined
}

/** Remedies by problem. */
export interface FileHints {
  readonly notAFile?: string
  readonly exists?: string
  readonly missingDirectory?: string
}

interface SystemError extends Error {
  readonly code: string
}

/**
 * Whether a value is an error whose `code` is one of `codes`, such as the error of a failed system call.
 * Without `codes`, every error with a text as its `code` matches, including an {@link McpError}.
 */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): thrown is SystemError {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    (codes.length === 0 || codes.includes(thrown.code))
  )
}

/** Whether an error means that the file or a directory above it does not exist. */
export function isMissing(thrown: unknown): boolean {
  return isSystemError(thrown, 'ENOENT', 'ENOTDIR')
}

/**
 * Returns the {@link McpError} for a failed system call. The system's message contains absolute paths,
 * so it appears only in the `cause`. An `McpError` is returned unchanged.
 */
export function fileError(thrown: unknown, subject: FileSubject): McpError {
  if (McpError.is(thrown)) return thrown
  if (!isSystemError(thrown)) return McpError.from(thrown)
  const { label } = subject
  const options = { ...subject, cause: thrown }
  switch (thrown.code) {
    case 'ENOENT':
      return fileNotFound(subject, thrown)
    case 'ENOTDIR':
      return notADirectory(subject, thrown)
    case 'EISDIR':
    case 'ENXIO':
    case 'ENODEV':
      return notAFile(subject, thrown)
    case 'ELOOP':
      return pathEscape(subject, thrown)
    case 'ENAMETOOLONG':
      return createError('invalid-params', 'The path is too long.', 'path-too-long', options)
    case 'EINVAL':
    case 'EILSEQ':
      return createError(
        'invalid-params',
        `${label} contains a character that the file system does not support.`,
        'invalid-path',
        options,
      )
    case 'EXDEV':
      return createError(
        'invalid-params',
        `${label} is on another file system than the destination. Copy it, then delete the original.`,
        'other-disk',
        options,
      )
    case 'EEXIST':
      return alreadyExists(subject, thrown)
    case 'ENOTEMPTY':
      return createError('conflict', `${label} is not empty.`, 'not-empty', options)
    case 'EBUSY':
    case 'ETXTBSY':
      return createError('conflict', `${label} is in use.`, 'busy', options)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return createError(
        'forbidden',
        `${label} cannot be accessed: the operating system denies it.`,
        'no-permission',
        options,
      )
    case 'EFBIG':
      return createError(
        'payload-too-large',
        `${label} would exceed the maximum file size of the file system.`,
        'file-too-large',
        options,
      )
    case 'ENOSPC':
    case 'EDQUOT':
      // Automatic retries would fail again, because only an administrator can free space.
      return new McpError('unavailable', 'The disk is full. Free space, then retry.', {
        details: { reason: 'disk-full' },
        retryable: false,
        cause: thrown,
      })
    case 'EMFILE':
    case 'ENFILE':
      return new McpError('unavailable', 'Too many files are open. Retry later.', {
        details: { reason: 'too-many-open-files' },
        cause: thrown,
      })
    case 'EIO':
    case 'ESTALE':
    case 'ENOTCONN':
    case 'ETIMEDOUT':
      return new McpError(
        'unavailable',
        `${label} cannot be accessed: the disk failed. Retry later.`,
        {
          details: { reason: 'disk-error' },
          cause: thrown,
        },
      )
    default:
      return McpError.from(thrown)
  }
}

/** Runs `work`. If it throws a system error, throws the result of {@link fileError} instead. */
export async function withFileErrors<Result>(
  subject: FileSubject,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw isSystemError(thrown) ? fileError(thrown, subject) : thrown
  }
}

/** Creates the error for a file or directory that does not exist. */
export function fileNotFound(subject: FileSubject, cause?: unknown): McpError {
  const { label, param } = subject
  return new McpError('not-found', `${label} does not exist.`, {
    details: param === undefined ? undefined : { path: ['params', param] },
    cause,
  })
}

/** Creates the error for a file whose directory does not exist. */
export function directoryNotFound(directory: string, { param, hints }: FileSubject): McpError {
  const message = `The directory ${JSON.stringify(directory)} does not exist.`
  return new McpError('not-found', withHint(message, hints?.missingDirectory), {
    details: param === undefined ? undefined : { path: ['params', param] },
  })
}

/** Creates the error for a file that exists although it must be new. */
export function alreadyExists(subject: FileSubject, cause?: unknown): McpError {
  const message = withHint(`${subject.label} already exists.`, subject.hints?.exists)
  return createError('conflict', message, 'exists', { ...subject, cause })
}

/** Creates the error for a directory, pipe, socket or device in place of a regular file. */
export function notAFile(subject: FileSubject, cause?: unknown): McpError {
  const message = withHint(`${subject.label} is not a regular file.`, subject.hints?.notAFile)
  return createError('invalid-params', message, 'not-a-file', { ...subject, cause })
}

/** Creates the error for a path that is not a directory, or that continues below a file. */
export function notADirectory(subject: FileSubject, cause?: unknown): McpError {
  const message = `${subject.label} is not a directory, or a part of its path is not.`
  return createError('invalid-params', message, 'not-a-directory', { ...subject, cause })
}

/** Creates the error for a path that leads out of its folder. It never reveals whether the target exists. */
export function pathEscape({ param }: Partial<FileSubject> = {}, cause?: unknown): McpError {
  const message = 'The path leads out of its folder. Use one that stays inside.'
  return createError('forbidden', message, 'path-escape', { param, cause })
}

function withHint(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message} ${hint}`
}

interface ErrorOrigin {
  readonly param?: string | undefined
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * Creates an error with a reason in its details. If `param` is given, the details also contain the
 * path of the parameter in the request.
 */
export function createError(
  code: 'invalid-params' | 'forbidden' | 'conflict' | 'payload-too-large',
  message: string,
  reason: string,
  { param, details, cause }: ErrorOrigin = {},
): McpError {
  const path = ['params', param]
  const issues = [{ path: ['payload', ...path], message }]
  const location =
    param === undefined ? {} : code === 'invalid-params' ? { path, issues } : { path }
  return new McpError(code, message, { details: { reason, ...location, ...details }, cause })
}
