/** Whether a value is an http or https URL, which a link may have. Other URLs can run a script. */
export function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')
}
