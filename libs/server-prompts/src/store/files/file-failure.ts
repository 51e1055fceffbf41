import { McpError } from '@mcp/protocol'

import { hasCode } from './has-code.ts'

/** Runs `work` on a place in the folder, and says what it means where the system refuses. */
export async function withFileFailures<Result>(
  place: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw explain(thrown, place)
  }
}

const unusable = ['EEXIST', 'EISDIR', 'ELOOP', 'ENOENT', 'ENOTDIR', 'ENXIO', 'ERR_FS_EISDIR']

function explain(thrown: unknown, place: string): unknown {
  const where =
    place === '' ? 'the folder of the prompts' : `"${place}" in the folder of the prompts`
  if (hasCode(thrown, 'EACCES', 'EPERM', 'EROFS') || isRefusedFolder(thrown)) {
    return new McpError(
      'forbidden',
      `The system does not let this server use ${where}; whoever runs it has to allow that.`,
      { details: { reason: 'read-only' }, cause: thrown },
    )
  }
  if (hasCode(thrown, 'ENOSPC', 'EDQUOT')) {
    return new McpError(
      'unavailable',
      'The disk that holds the prompts is full; make room and try again.',
      { details: { reason: 'disk-full' }, cause: thrown },
    )
  }
  if (hasCode(thrown, 'EMFILE', 'ENFILE')) {
    return new McpError('unavailable', 'Too many files are open at once; try again.', {
      cause: thrown,
    })
  }
  if (hasCode(thrown, ...unusable)) {
    return new McpError(
      'conflict',
      `Something else is where this server keeps ${where}: a link, or a file in the place of a folder; move it away.`,
      { details: { reason: 'folder-unusable' }, cause: thrown },
    )
  }
  return thrown
}

/** Making a folder in a file system that is read-only, Node says that there is none above it. */
function isRefusedFolder(thrown: unknown): boolean {
  return hasCode(thrown, 'ENOENT') && Reflect.get(Object(thrown), 'syscall') === 'mkdir'
}
