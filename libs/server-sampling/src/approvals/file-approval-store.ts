import { unlink } from 'node:fs/promises'

import type { EntryOptions, OpenDirectory } from '@mcp/files'
import {
  createSafeFolder,
  isMissing,
  readEntries,
  removeTemporaryFiles,
  withFile,
  writeFileAtomically,
} from '@mcp/files'
import { parseJson } from '@mcp/protocol'

import type { ApprovalStore } from './approval-store.ts'
import type { PendingApproval } from './pending-approval.ts'
import { pendingApprovalSchema } from './pending-approval.ts'

export interface FileApprovalStoreOptions {
  /** Receives the error of each file that cannot be read. Such a file is skipped. Default: do nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * Creates a store that survives a restart. It writes each approval atomically to its own file. The
 * files contain prompts, so only the user that runs the process can read them.
 */
export function createFileApprovalStore(
  path: string,
  { onError = () => {} }: FileApprovalStoreOptions = {},
): ApprovalStore {
  const folder = createSafeFolder(path, { label: 'The folder of the approvals', create: true })

  async function read(name: string): Promise<PendingApproval[]> {
    try {
      const text = await folder.withEntry(name, entryOptions, (entry) =>
        withFile(entry, ({ handle }) => handle.readFile('utf8')),
      )
      return [pendingApprovalSchema().parse(parseJson(text))]
    } catch (error) {
      onError(error)
      return []
    }
  }

  async function listNames(directory: OpenDirectory): Promise<string[]> {
    // No temporary file is in use, because only this process uses the folder and it has not written
    // to it yet. Therefore temporary files of any age are removed.
    await removeTemporaryFiles(directory, 0)
    const entries = await readEntries(directory)
    return entries.map(({ name }) => name).filter((name) => name.endsWith('.json'))
  }

  return {
    async list() {
      const names = await folder.withEntry('', entryOptions, ({ directory }) =>
        listNames(directory),
      )
      const approvals: PendingApproval[] = []
      // Files are read one after the other. A thousand parallel reads would open a thousand handles.
      for (const name of names) approvals.push(...(await read(name)))
      return approvals
    },
    set: (approval) =>
      folder.withEntry(fileName(approval.approvalId), entryOptions, (entry) =>
        writeFileAtomically(entry, JSON.stringify(approval), {
          replaces: undefined,
          overwrite: true,
          mode: 0o600,
        }),
      ),
    delete: (approvalId) =>
      folder.withEntry(fileName(approvalId), entryOptions, async ({ directory, name }) => {
        try {
          await unlink(directory.pathOf(name))
        } catch (error) {
          if (!isMissing(error)) throw error
        }
      }),
  }
}

const fileName = (approvalId: string): string => `${approvalId}.json`

/** Error messages contain this label instead of the file name, because file names are private. */
const entryOptions: EntryOptions = { label: 'The stored approval' }
