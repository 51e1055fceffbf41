import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'

const control =
  'w-full rounded-md border bg-surface px-2 py-1 text-text disabled:opacity-60 aria-invalid:border-bad'

/** Attributes that connect a control with its label, its hint and its error. */
export interface ControlAttributes {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: boolean
  readonly className: string
}

export interface FieldProps {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly error?: ReactNode
  /** Hides the label visually. */
  readonly isLabelHidden?: boolean
  readonly className?: string
  readonly children: (attributes: ControlAttributes) => ReactNode
}

/** A control with its label, hint and error. */
export function Field({
  label,
  hint,
  error,
  isLabelHidden = false,
  className = '',
  children,
}: FieldProps) {
  const id = useId()
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(error === undefined ? [] : [`${id}-error`]),
  ].join(' ')
  return (
    <div className={className}>
      <label
        className={isLabelHidden ? 'sr-only' : 'mb-0.5 block text-sm font-medium'}
        htmlFor={id}
      >
        {label}
      </label>
      {children({
        id,
        className: `${control} border-edge`,
        ...(described === '' ? {} : { 'aria-describedby': described }),
        ...(error === undefined ? {} : { 'aria-invalid': true }),
      })}
      {hint !== undefined && (
        <p className="mt-0.5 text-sm text-muted" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p className="mt-0.5 text-sm text-bad" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  )
}

type Labelled<Props> = Omit<Props, 'children' | 'className' | 'id'> & Omit<FieldProps, 'children'>

export function TextField({
  label,
  hint,
  error,
  isLabelHidden,
  className,
  ...rest
}: Labelled<ComponentProps<'input'>>) {
  return (
    <Field {...fieldProps({ label, hint, error, isLabelHidden, className })}>
      {(attributes) => <input type="text" {...attributes} {...rest} />}
    </Field>
  )
}

export function SelectField({
  label,
  hint,
  error,
  isLabelHidden,
  className,
  children,
  ...rest
}: Labelled<ComponentProps<'select'>> & { readonly children: ReactNode }) {
  return (
    <Field {...fieldProps({ label, hint, error, isLabelHidden, className })}>
      {(attributes) => (
        <select {...attributes} {...rest}>
          {children}
        </select>
      )}
    </Field>
  )
}

interface OptionalFieldProps {
  readonly label: ReactNode
  readonly hint: ReactNode
  readonly error: ReactNode
  readonly isLabelHidden: boolean | undefined
  readonly className: string | undefined
}

/** Leaves out the properties that are undefined. */
function fieldProps({ label, hint, error, isLabelHidden, className }: OptionalFieldProps) {
  return {
    label,
    ...(hint === undefined ? {} : { hint }),
    ...(error === undefined ? {} : { error }),
    ...(isLabelHidden === undefined ? {} : { isLabelHidden }),
    ...(className === undefined ? {} : { className }),
  }
}
