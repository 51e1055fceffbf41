import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { parseJson } from '@mcp/protocol'

import type { ApprovalStore } from './approval-store.ts'
import type { PendingApproval } from './pending-approval.ts'
import { pendingApprovalSchema } from './pending-approval.ts'

export interface FileApprovalStoreOptions {
  /** Told of a file that cannot be read; the others still are. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Keeps approvals over a restart: one file each, in a folder for the owner of the process alone, since
 * there are prompts in them. A file is there whole or not at all.
 */
export function createFileApprovalStore(
  folder: string,
  { onError = () => {} }: FileApprovalStoreOptions = {},
): ApprovalStore {
  const pathOf = (approvalId: string): string => join(folder, `${approvalId}.json`)

  async function read(name: string): Promise<PendingApproval[]> {
    try {
      const text = await readFile(join(folder, name), 'utf8')
      return [pendingApprovalSchema().parse(parseJson(text))]
    } catch (error) {
      onError(error)
      return []
    }
  }

  return {
    async list() {
      const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) return []
        throw error
      })
      const approvals: PendingApproval[] = []
      // One after the other: a thousand files at once would be a thousand open handles.
      for (const name of names) {
        if (name.endsWith('.json')) approvals.push(...(await read(name)))
        // What was being written when the process ended.
        else if (name.endsWith(unfinished)) await rm(join(folder, name), { force: true })
      }
      return approvals
    },
    async set(approval) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = pathOf(approval.approvalId)
      const file = await open(path + unfinished, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify(approval))
        // On the disk before it has its name: a crash must not leave half an approval.
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(path + unfinished, path)
    },
    delete: (approvalId) => rm(pathOf(approvalId), { force: true }),
  }
}

/** What the name of a file ends with that may not be whole. */
const unfinished = '.new'

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
