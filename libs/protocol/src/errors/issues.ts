/** One validation issue, with the path of the invalid value. */
export interface Issue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface SchemaIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

const maxIssues = 20

/** Converts the first twenty issues that a schema reports to plain data for `details.issues`. */
export function issuesOf(issues: readonly SchemaIssue[]): Issue[] {
  return issues.slice(0, maxIssues).map(({ path, message }) => ({
    path: path.map((key) => (typeof key === 'symbol' ? String(key) : key)),
    message,
  }))
}

/** Returns the first three issues and the number of the others, such as `params.b: expected number; …`. */
export function summarizeIssues(issues: readonly Issue[]): string {
  const lines = issues
    .slice(0, 3)
    .map(({ path, message }) =>
      path.length === 0 ? message : `${path.map(String).join('.').slice(0, 200)}: ${message}`,
    )
  if (issues.length > 3) lines.push(`and ${issues.length - 3} more`)
  return lines.join('; ')
}
