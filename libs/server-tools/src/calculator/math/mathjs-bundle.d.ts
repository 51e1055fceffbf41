declare module 'mathjs/lib/browser/math.js' {
  import type { ConfigOptions, MathJsInstance } from 'mathjs'

  const math: { create(config: ConfigOptions): MathJsInstance }
  export default math
}
