/**
 * Replaces the comments and trailing commas of a JSON text by spaces, so that the positions in the
 * errors of the parser stay the same. Editors write both into files of this kind.
 */
export function stripComments(text: string): string {
  // A string is matched first, because it may contain what looks like a comment.
  return text
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\//g, (found) =>
      found.startsWith('"') ? found : blank(found),
    )
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, (found) =>
      found.startsWith('"') ? found : ' ',
    )
}

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ')
