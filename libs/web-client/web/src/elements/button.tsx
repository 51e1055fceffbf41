import type { ComponentProps } from 'react'

import type { IconName } from './icon.tsx'
import { Icon } from './icon.tsx'

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'danger'

const colours: Readonly<Record<ButtonKind, string>> = {
  primary: 'border-accent bg-accent text-on-accent hover:brightness-110',
  plain: 'border-edge bg-surface text-text hover:bg-sunken',
  quiet: 'border-transparent bg-transparent text-text hover:bg-sunken',
  danger: 'border-bad bg-surface text-bad hover:bg-bad-soft',
}

const shape =
  'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border disabled:opacity-50'

export interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: ButtonKind
  readonly icon?: IconName
}

export function Button({ kind = 'plain', icon, className = '', children, ...rest }: ButtonProps) {
  return (
    <button
      className={`${shape} ${colours[kind]} px-2.5 py-1 ${className}`}
      type="button"
      {...rest}
    >
      {icon !== undefined && <Icon name={icon} size={16} />}
      {children}
    </button>
  )
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  readonly icon: IconName
  /** Name of the action, for assistive technology and as a tooltip. */
  readonly label: string
}

export function IconButton({
  kind = 'quiet',
  icon,
  label,
  className = '',
  ...rest
}: IconButtonProps) {
  return (
    <button
      aria-label={label}
      className={`${shape} ${colours[kind]} min-w-8 ${className}`}
      title={label}
      type="button"
      {...rest}
    >
      <Icon name={icon} size={16} />
    </button>
  )
}
