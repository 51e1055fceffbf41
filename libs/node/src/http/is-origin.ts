/** Whether a text is an origin in the form that browsers send: a scheme, a host and an optional port. */
export function isOrigin(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,*A-Z]+$/.test(text)
}
