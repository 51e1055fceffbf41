import { templateError } from './template-problem.ts'

/** How much a prompt may still do while it is rendered, all its messages together. */
export interface OutputBudget {
  /**
   * Takes the length of a piece of output off what is left.
   *
   * @throws McpError `payload-too-large`, reason `render-limit`, where that is more than there is.
   */
  write(length: number): void
  /** Takes one step of work off what is left. */
  step(): void
}

// A few milliseconds of work; a prompt of a person takes some hundreds.
const mostSteps = 200_000

export function createOutputBudget(maxLength: number): OutputBudget {
  let length = maxLength
  let steps = mostSteps
  return {
    write(taken) {
      length -= taken
      if (length >= 0) return
      throw templateError({
        reason: 'render-limit',
        message: `the rendered prompt is longer than ${maxLength} characters, which is the most; give it shorter arguments`,
      })
    },
    step() {
      if (--steps >= 0) return
      throw templateError({
        reason: 'render-limit',
        message: `rendering takes more than ${mostSteps} steps, which is the most; nest fewer lists`,
      })
    },
  }
}
