/** Whether a text is an origin as browsers send it: a scheme and a host, perhaps a port. */
export function isOrigin(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,*A-Z]+$/.test(text)
}
