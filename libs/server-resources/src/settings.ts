import * as z from 'zod'

/**
 * Returns the schemas of the environment variables of the resources server.
 *
 * @example
 * const config = z.object({ ...resourcesSettings() }).parse(process.env)
 */
export const resourcesSettings = () => ({
  RESOURCES_FOLDERS: z
    .string()
    .transform(parseFolders)
    .optional()
    .describe(
      'Folders whose files are resources, as name=path,name=path. Append :rw to a path to make it writable. Default: a writable folder "resources" in MCP_DATA_DIR.',
    ),
  RESOURCES_URLS: z
    .string()
    .transform(splitList)
    .pipe(
      z.array(
        z
          .url({ protocol: /^https?$/, error: 'must be URLs that start with http or https' })
          .refine(hasNoPassword, 'must not contain a password'),
      ),
    )
    .default([])
    .describe(
      'URLs that are resources, separated by commas. https://example.org/docs/ allows every URL below it. A URL without a trailing slash allows only itself.',
    ),
})

const folderPattern = /^(?:([A-Za-z0-9][\w.-]{0,63})=)?([^=]+?)(:r[wo])?$/

/** Parses folders to options of `fileResources`. A folder without a name is directly below `file:///`. */
function parseFolders(text: string, context: z.RefinementCtx) {
  const folders: { folder: string; name?: string; writable: boolean }[] = []
  const names = new Set<string | undefined>()
  for (const entry of splitList(text)) {
    const [, name, folder, mode] = folderPattern.exec(entry) ?? []
    if (folder === undefined) {
      context.addIssue({
        code: 'custom',
        message: `must have the form name=path,name=path:rw, unlike "${entry}"`,
      })
      continue
    }
    if (names.has(name)) {
      const problem =
        name === undefined
          ? 'contains two folders without a name'
          : `contains the name "${name}" twice`
      context.addIssue({ code: 'custom', message: problem })
    }
    names.add(name)
    folders.push({ folder, ...(name === undefined ? {} : { name }), writable: mode === ':rw' })
  }
  return folders
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

function hasNoPassword(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url === undefined || url.username + url.password === ''
}
