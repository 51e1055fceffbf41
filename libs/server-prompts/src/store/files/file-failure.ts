import { fileError, isSystemError } from '@mcp/files'
import { McpError } from '@mcp/protocol'

/**
 * Runs `work` on a path in the prompts folder and converts file system errors.
 *
 * @throws McpError `forbidden`, reason `read-only`, if access is denied; `conflict`, reason
 *   `folder-unusable`, if the path has the wrong type. `fileError` converts all other system errors.
 */
export async function withFileFailures<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw toError(thrown, path)
  }
}

// Callers do not supply paths. Therefore only a wrong layout of the prompts folder causes these errors.
const layoutErrors = ['EEXIST', 'EISDIR', 'ELOOP', 'ENOENT', 'ENOTDIR', 'ENXIO', 'ERR_FS_EISDIR']

function toError(thrown: unknown, path: string): unknown {
  const label = path === '' ? 'The prompts folder' : `"${path}" in the prompts folder`
  if (isSystemError(thrown, 'EACCES', 'EPERM', 'EROFS') || isRefusedFolder(thrown)) {
    return new McpError(
      'forbidden',
      `${label} is not accessible to this server. Change its permissions.`,
      { details: { reason: 'read-only' }, cause: thrown },
    )
  }
  if (isSystemError(thrown, ...layoutErrors)) {
    return new McpError(
      'conflict',
      `${label} has the wrong type, such as a link, or a file instead of a folder. Move it away.`,
      { details: { reason: 'folder-unusable' }, cause: thrown },
    )
  }
  return isSystemError(thrown) ? fileError(thrown, { label }) : thrown
}

/**
 * Returns whether a folder could not be created. On some read-only file systems, Node reports ENOENT
 * for this.
 */
function isRefusedFolder(thrown: unknown): boolean {
  if (McpError.is(thrown)) return thrown.details?.['reason'] === 'special-file-system'
  return isSystemError(thrown, 'ENOENT') && Reflect.get(thrown, 'syscall') === 'mkdir'
}
