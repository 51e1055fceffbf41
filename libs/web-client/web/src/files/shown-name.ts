/**
 * Returns a name whose control and formatting characters are visible. Otherwise a line break or a change of
 * the writing direction would make a name look like another name.
 */
export function shownName(name: string): string {
  return name.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  )
}

/** Returns the last name of a path, or the path itself if it has no slash. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Returns the folder of a path. The folder of a name is the root, whose path is empty. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
