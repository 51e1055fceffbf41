/** A redirect of a page: the browser opens another page after some seconds. */
export interface Refresh {
  readonly seconds: number
  /** Absolute URL without fragment. */
  readonly url: string
}

/**
 * Parses the value of `<meta http-equiv="refresh">` or of the `Refresh` header, as the HTML standard
 * specifies it. Returns undefined if the value is invalid or names the page itself.
 */
export function readRefresh(value: string, page: string, base = page): Refresh | undefined {
  const [, seconds, rest = ''] = /^\s*(\d*)[\d.]*(?=[\s;,]|$)[\s;,]*(.*)$/s.exec(value) ?? []
  if (seconds === undefined || (seconds === '' && !/^\s*\./.test(value))) return undefined
  const [, , quoted, unquoted = ''] =
    /^(?:url\s*=\s*)?(?:(["'])(.*?)(?:\1|$)|(.*))/is.exec(rest) ?? []
  const address = quoted ?? unquoted
  if (address.trim() === '') return undefined
  const target = URL.parse(address, base)
  if (target === null || !/^https?:$/.test(target.protocol)) return undefined
  target.hash = ''
  const own = URL.parse(page)
  if (own !== null) own.hash = ''
  return target.href === own?.href ? undefined : { seconds: Number(seconds), url: target.href }
}
