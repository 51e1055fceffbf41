/** The caller of an operation, as a policy sees it. */
export interface PolicyCaller {
  /** Identity of the caller, or undefined for an anonymous caller. */
  readonly principal?: string | undefined
  /** Roles, scopes, tenant and further claims of the caller. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** Network address of an anonymous caller on another machine. */
  readonly address?: string | undefined
}

/** Returns whether a caller is anonymous and on this machine. */
export function isLocal({ principal, address }: PolicyCaller): boolean {
  return principal === undefined && address === undefined
}

/** Returns the texts of a claim that is a text or a list. `scopes` may be one text with spaces. */
export function claimTexts({ claims }: PolicyCaller, name: string): readonly string[] {
  const value = claims?.[name]
  if (typeof value === 'string') return name === 'scopes' ? value.split(' ') : [value]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
