import type { ReactNode } from 'react'

import { briefText } from '../../results/cut-text.ts'
import type { FormPart } from '../schema/form-part.ts'

/** Attributes that connect a control with its texts and errors. */
export interface ControlAttributes {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': boolean | undefined
  readonly 'aria-required': boolean | undefined
}

export interface LabelledProps {
  readonly id: string
  readonly name: string
  readonly part: FormPart
  readonly isRequired: boolean
  readonly messages: readonly string[]
  /** An action at the end of the line of the label. */
  readonly action?: ReactNode
  readonly children: (attributes: ControlAttributes) => ReactNode
}

/** A control with its label, description, default, bounds and errors. */
export function Labelled({
  id,
  name,
  part,
  isRequired,
  messages,
  action,
  children,
}: LabelledProps) {
  const hint = hintOf(part)
  const described = [
    ...(hint === '' ? [] : [`${id}-hint`]),
    ...(messages.length === 0 ? [] : [`${id}-error`]),
  ].join(' ')
  return (
    <div className="min-w-0">
      <div className="flex items-end justify-between gap-2">
        <label className="mb-0.5 text-sm font-medium wrap-anywhere" htmlFor={id}>
          {part.title ?? name}
          {isRequired && <RequiredMark />}
        </label>
        {action}
      </div>
      {children({
        id,
        'aria-describedby': described === '' ? undefined : described,
        'aria-invalid': messages.length > 0 || undefined,
        'aria-required': isRequired || undefined,
      })}
      {hint !== '' && (
        <p className="mt-0.5 text-sm text-muted wrap-anywhere" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Messages id={id} messages={messages} />
    </div>
  )
}

export function RequiredMark() {
  return (
    <span className="ml-1 text-bad" title="Required">
      <span aria-hidden="true">*</span>
      <span className="sr-only">(required)</span>
    </span>
  )
}

export function Messages({
  id,
  messages,
}: {
  readonly id: string
  readonly messages: readonly string[]
}) {
  if (messages.length === 0) return null
  return (
    <p className="mt-0.5 text-sm text-bad wrap-anywhere" id={`${id}-error`}>
      {messages.join(' ')}
    </p>
  )
}

/** Returns the description of a part, with its default and bounds. */
export function hintOf(part: FormPart): string {
  const { description, preset, bounds } = part
  return [
    description,
    bounds === undefined ? undefined : `Range: ${bounds}.`,
    preset === undefined ? undefined : `Default: ${briefText(preset, 60)}.`,
    part.kind === 'json' ? `${part.reason} Enter it as JSON.` : undefined,
  ]
    .filter((text) => text !== undefined && text !== '')
    .join(' ')
}
