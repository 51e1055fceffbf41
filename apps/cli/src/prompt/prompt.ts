import type { Output } from '../output/output.ts'
import type { Connection } from '../remote/connection.ts'
import type { EditorTerminal } from './editor/line-editor.ts'

/** An open prompt. */
export interface Prompt {
  readonly connection: Connection
  readonly output: Output
  readonly terminal: EditorTerminal
  /** The commands by name, without `/`. */
  readonly commands: Readonly<Record<string, SlashCommand>>
  readonly state: PromptState
  /** Aborted by signals of the process, and by `--timeout`. */
  readonly signal: AbortSignal
}

export interface PromptState {
  /** Id of the conversation; undefined before the first prompt of a new conversation. */
  conversationId: string | undefined
  /** Name of the model for the next prompts. Default: that of the conversation. */
  model: string | undefined
}

/** Context of a line that runs. */
export interface LineContext {
  readonly prompt: Prompt
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Acts like Ctrl-C. */
  readonly interrupt: () => void
}

/** A command of the prompt, after `/`. */
export interface SlashCommand {
  readonly summary: string
  /** Returns the actions that the first word can name. */
  readonly actions?: (() => Promise<readonly string[]>) | undefined
  /** Runs the command with the text after its name. */
  readonly run: (rest: string, context: LineContext) => Promise<void>
}
