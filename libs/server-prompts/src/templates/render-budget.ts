import { templateError } from './template-error.ts'

/** Remaining output and work for the rendering of a prompt with all its messages. */
export interface RenderBudget {
  /**
   * Consumes output.
   *
   * @throws McpError `payload-too-large`, reason `render-limit`, if the budget is exceeded.
   */
  write(length: number): void
  /** Consumes one step of work. Throws the same error. */
  step(): void
}

// A few milliseconds of work. A typical prompt takes some hundred steps.
const maxSteps = 200_000

/** Creates the budget of one rendering. */
export function createRenderBudget(maxLength: number): RenderBudget {
  let remainingLength = maxLength
  let remainingSteps = maxSteps
  return {
    write(length) {
      remainingLength -= length
      if (remainingLength >= 0) return
      throw templateError({
        reason: 'render-limit',
        message: `the rendered prompt exceeds the maximum of ${maxLength} characters; pass shorter arguments`,
      })
    },
    step() {
      if (--remainingSteps >= 0) return
      throw templateError({
        reason: 'render-limit',
        message: `rendering exceeds the maximum of ${maxSteps} steps; nest fewer lists`,
      })
    },
  }
}
