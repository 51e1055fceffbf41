/** Whether a claim `aud` contains one of the accepted audiences, or the URL of a view below one of them. */
export function acceptsAudience(accepted: readonly string[], claim: unknown): boolean {
  const audiences: readonly unknown[] = Array.isArray(claim) ? claim : [claim]
  return audiences.some(
    (audience) =>
      typeof audience === 'string' &&
      accepted.some((expected) => isSameOrView(canonical(audience), canonical(expected))),
  )
}

function isSameOrView(audience: string, expected: string): boolean {
  if (audience === expected) return true
  // A view, such as /mcp/all, is one segment below its endpoint. An origin has no views.
  return (
    /^https?:\/\/[^/]+\/./.test(expected) &&
    audience.startsWith(`${expected}/`) &&
    /^[\w-]+$/.test(audience.slice(expected.length + 1))
  )
}

/** Returns an HTTP or HTTPS URL in normal form without trailing slashes. Returns other texts unchanged. */
export function canonical(text: string): string {
  return /^https?:/i.test(text) && URL.canParse(text)
    ? new URL(text).href.replace(/\/+$/, '')
    : text
}
