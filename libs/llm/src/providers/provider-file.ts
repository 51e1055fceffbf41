import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { isSystemError, makeFolder } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import type { ProvidersOptions, StoredProviders } from './providers.ts'

const schema = z.record(
  z.string(),
  z.object({
    key: z.string().min(1).optional(),
    url: z.url({ protocol: /^https?$/ }).optional(),
    model: z.string().min(1).optional(),
  }),
)

/**
 * Opens the file with the settings of the providers. Only this user can read the file, because it contains
 * keys.
 *
 * @throws McpError `invalid-params` if the file is invalid.
 *
 * @example
 * const providers = createProviders(config, await openProviderFile('.data/providers.json'))
 */
export async function openProviderFile(
  file: string,
): Promise<Required<Pick<ProvidersOptions, 'stored' | 'save'>>> {
  return {
    stored: await readStored(file),
    async save(stored) {
      await makeFolder(dirname(file))
      const next = `${file}.new`
      await writeFile(next, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 })
      await rename(next, file)
    },
  }
}

async function readStored(file: string): Promise<StoredProviders> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (thrown) {
    if (isSystemError(thrown, 'ENOENT')) return {}
    throw thrown
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    // The error of the parser would contain a key.
    throw new McpError(
      'invalid-params',
      `Invalid file of providers: ${file}. Correct or delete it.`,
    )
  }
}
