import * as z from 'zod'

import { splitList } from '../environment/split-list.ts'

/** The variables of the resources server. */
export const resourcesSettings = () => ({
  RESOURCES_FOLDERS: z
    .string()
    .transform(parseFolders)
    .optional()
    .describe(
      'Folders whose files are resources, as name=path,name=path; :rw behind a path makes it writable. Not set: a writable folder "resources" in MCP_DATA_DIR.',
    ),
  RESOURCES_URLS: z
    .string()
    .transform((text) => splitList(text))
    .pipe(
      z.array(
        z
          .url({ protocol: /^https?$/, error: 'must be addresses that begin with http or https' })
          .refine(hasNoPassword, 'must not hold a password'),
      ),
    )
    .default([])
    .describe(
      'Web addresses that are resources, commas between: https://example.org/docs/ allows all below it, one without a slash at its end that address alone.',
    ),
})

const folderPattern = /^(?:([A-Za-z0-9][\w.-]{0,63})=)?([^=]+?)(:r[wo])?$/

/** In the shape that the provider of files takes; a folder without a name is directly below `file:///`. */
function parseFolders(text: string, context: z.RefinementCtx) {
  const folders: { folder: string; name?: string; writable: boolean }[] = []
  const names = new Set<string | undefined>()
  for (const entry of splitList(text)) {
    const [, name, folder, mode] = folderPattern.exec(entry) ?? []
    if (folder === undefined) {
      context.addIssue({
        code: 'custom',
        message: `must look like name=path,name=path:rw, which "${entry}" does not`,
      })
      continue
    }
    if (names.has(name)) {
      const twice = name === undefined ? 'has two folders without a name' : `names "${name}" twice`
      context.addIssue({ code: 'custom', message: twice })
    }
    names.add(name)
    folders.push({ folder, ...(name === undefined ? {} : { name }), writable: mode === ':rw' })
  }
  return folders
}

function hasNoPassword(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url === undefined || url.username + url.password === ''
}
