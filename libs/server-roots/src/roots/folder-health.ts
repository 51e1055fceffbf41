import { isUsableFolder } from '@mcp/files'
import type { Health } from '@mcp/protocol'

import type { Folder } from './folder.ts'

/** Returns `degraded` if some folders cannot be used, and `unhealthy` if none can. */
export async function folderHealth(folders: ReadonlyMap<string, Folder>): Promise<Health> {
  const checks = await Promise.all(
    Array.from(folders.values(), async (folder) => ((await isUsable(folder)) ? [] : [folder.name])),
  )
  const missing = checks.flat()
  if (missing.length === 0) return { state: 'healthy' }
  const names = missing.map((name) => `"${name}"`).join(', ')
  return {
    state: missing.length < folders.size ? 'degraded' : 'unhealthy',
    reason: `The folders of these roots cannot be opened: ${names}. Check that they exist and that this server may use them.`,
  }
}

async function isUsable({ files }: Folder): Promise<boolean> {
  try {
    // `locate` creates a missing folder if its option `create` is set.
    const { realPath } = await files.locate()
    return await isUsableFolder(realPath)
  } catch {
    return false
  }
}
