// The types in the package describe an ES module, but the package is CommonJS and exports the
// function itself.
declare module 'robots-parser' {
  interface Robots {
    isAllowed(url: string, userAgent?: string): boolean | undefined
    /** Returns the line number of the matching rule, starting at 1, or -1 if no rule matches. */
    getMatchingLineNumber(url: string, userAgent?: string): number
    getCrawlDelay(userAgent?: string): number | undefined
    getSitemaps(): string[]
  }

  export default function robotsParser(url: string, contents: string): Robots
}
