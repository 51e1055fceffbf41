import { templateError } from './template-error.ts'

/** Limits the output and the work of rendering all messages of a prompt. */
export interface RenderBudget {
  /**
   * Subtracts the length of a piece of output from the remaining characters.
   *
   * @throws McpError `payload-too-large`, reason `render-limit`, if the budget is exceeded.
   */
  write(length: number): void
  /** Subtracts one from the remaining steps. Throws the same error as `write`. */
  step(): void
}

// This number of steps takes a few milliseconds. A typical prompt takes some hundred steps.
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
