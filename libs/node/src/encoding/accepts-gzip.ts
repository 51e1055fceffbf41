/** Whether the header `Accept-Encoding` allows gzip. Without the header, only identity is sent. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  if (header === undefined) return false
  let isAnyAccepted = false
  for (const part of String(header).split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    const isAccepted = !parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter))
    if (coding === 'gzip' || coding === 'x-gzip') return isAccepted
    if (coding === '*') isAnyAccepted = isAccepted
  }
  return isAnyAccepted
}
